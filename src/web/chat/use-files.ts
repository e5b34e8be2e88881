// Files that will go with the next message: each is uploaded as soon as it is chosen.
import { useEffect, useRef, useState } from 'react'
import type { OutgoingFile } from '../../client/uploads.ts'
import { limits } from '../../contract/limits.ts'
import { useClient } from '../use-client.ts'
import { useNotices } from '../notices.tsx'
import { reasonOf, useWords } from '../words.ts'

/** `error` says why it will not go. How far it is, the client knows. */
export type ChosenFile = { readonly file: OutgoingFile; readonly error: string | null }

export type Files = ReturnType<typeof useFiles>

/** Whoever leaves the thread gives up what they have not said to be sent. */
export function useFiles() {
  const words = useWords()
  const client = useClient()
  const { say } = useNotices()
  const [files, setFiles] = useState<readonly ChosenFile[]>([])
  const newest = useRef(files)

  useEffect(
    () => () => newest.current.forEach(({ file }) => client.stopUpload(file.clientId)),
    [client],
  )

  function update(next: readonly ChosenFile[]) {
    newest.current = next
    setFiles(next)
  }

  function upload(file: OutgoingFile) {
    const become = (error: string | null) =>
      update(newest.current.map((one) => (one.file === file ? { file, error } : one)))
    become(null)
    // Once it was said to be sent, its message says what is wrong with it.
    client.startUpload(file).catch((error: unknown) => become(reasonOf(error, words)))
  }

  return {
    files,
    add(chosen: Iterable<File>) {
      const more = [...chosen].map((blob) => outgoing(blob))
      const room = limits.attachments - newest.current.length
      if (more.length > room) say(words.tooManyFiles(limits.attachments))
      const taken = more.slice(0, Math.max(room, 0))
      update([...newest.current, ...taken.map((file) => ({ file, error: null }))])
      taken.forEach(upload)
    },
    remove(file: OutgoingFile) {
      client.stopUpload(file.clientId)
      update(newest.current.filter((one) => one.file !== file))
    },
    again: upload,
    /** What goes with a message now, wherever it is on its way; what was refused does not. */
    take(): OutgoingFile[] {
      const taken = newest.current.flatMap(({ file, error }) => (error === null ? file : []))
      update([])
      return taken
    },
  }
}

const outgoing = (blob: File): OutgoingFile => ({
  clientId: crypto.randomUUID(),
  name: blob.name,
  blob,
})

// Files that will go with the next message: each is uploaded as soon as it is chosen.
import { useCallback, useEffect, useRef, useState } from 'react'
import { limits } from '../../contract/limits.ts'
import { useClient } from '../use-client.ts'
import { useNotices } from '../notices.tsx'
import { reasonOf, useWords } from '../words.ts'

/** `id` is the attachment's, once it is there; `error` says why it is not. */
export type ChosenFile = {
  readonly key: number
  readonly clientId: string
  readonly file: File
  /** What share of it is out, 0 to 1. */
  readonly share: number
  readonly id: string | null
  readonly error: string | null
}

export type Files = ReturnType<typeof useFiles>

let lastKey = 0

/** Whoever leaves the thread gives up what is still on its way. */
export function useFiles() {
  const words = useWords()
  const client = useClient()
  const { say } = useNotices()
  const [files, setFiles] = useState<readonly ChosenFile[]>([])
  const newest = useRef(files)
  const running = useRef(new Map<number, { stop: AbortController; done: Promise<void> }>())

  useEffect(() => {
    const { current } = running
    return () => current.forEach(({ stop }) => stop.abort())
  }, [])

  const update = useCallback((next: (before: readonly ChosenFile[]) => readonly ChosenFile[]) => {
    newest.current = next(newest.current)
    setFiles(newest.current)
  }, [])

  const change = useCallback(
    (key: number, to: Partial<ChosenFile>) =>
      update((before) => before.map((one) => (one.key === key ? { ...one, ...to } : one))),
    [update],
  )

  const upload = useCallback(
    ({ key, clientId, file }: Pick<ChosenFile, 'key' | 'clientId' | 'file'>) => {
      const stop = new AbortController()
      const onProgress = (share: number) => change(key, { share })
      const options = { onProgress, signal: stop.signal, clientId }
      change(key, { share: 0, error: null })
      const done = client.upload({ name: file.name, blob: file }, options).then(
        ({ id }) => change(key, { id, share: 1 }),
        (error: unknown) => {
          if (!stop.signal.aborted) change(key, { error: reasonOf(error, words) })
        },
      )
      running.current.set(key, { stop, done: done.finally(() => running.current.delete(key)) })
    },
    [client, words, change],
  )

  return {
    files,
    /** The attachments, when all that is on its way has come; null if one of it was refused. */
    async whenThere(): Promise<string[] | null> {
      const awaited = [...running.current.keys()]
      await Promise.all([...running.current.values()].map(({ done }) => done))
      const refused = newest.current.some(({ key, error }) => error && awaited.includes(key))
      return refused ? null : newest.current.flatMap(({ id }) => id ?? [])
    },
    add(chosen: Iterable<File>) {
      const more = [...chosen].map((file) => ({
        ...{ key: ++lastKey, clientId: crypto.randomUUID(), file, share: 0, id: null, error: null },
      }))
      const room = limits.attachments - files.length
      if (more.length > room) say(words.tooManyFiles(limits.attachments))
      const taken = more.slice(0, Math.max(room, 0))
      update((before) => [...before, ...taken])
      for (const one of taken) upload(one)
    },
    remove(key: number) {
      running.current.get(key)?.stop.abort()
      update((before) => before.filter((one) => one.key !== key))
    },
    again: upload,
    clear: () => update(() => []),
  }
}

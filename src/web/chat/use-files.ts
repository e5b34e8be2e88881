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
  /** Recorded here, and said to be sent. */
  readonly voice: boolean
}

export type Files = ReturnType<typeof useFiles>

type Running = { stop: AbortController; done: Promise<void>; voice: boolean }

let lastKey = 0

/** Whoever leaves the thread gives up what is still on its way, but for what they have said. */
export function useFiles() {
  const words = useWords()
  const client = useClient()
  const { say } = useNotices()
  const [files, setFiles] = useState<readonly ChosenFile[]>([])
  const newest = useRef(files)
  const running = useRef(new Map<number, Running>())

  const left = useRef(false)

  useEffect(() => {
    const { current } = running
    left.current = false
    return () => {
      left.current = true
      current.forEach(({ stop, voice }) => voice || stop.abort())
    }
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
    ({ key, clientId, file, voice }: Pick<ChosenFile, 'key' | 'clientId' | 'file' | 'voice'>) => {
      const stop = new AbortController()
      const onProgress = (share: number) => change(key, { share })
      const options = { onProgress, signal: stop.signal, clientId }
      change(key, { share: 0, error: null })
      const done = client.upload({ name: file.name, blob: file }, options).then(
        ({ id }) => change(key, { id, share: 1 }),
        (error: unknown) => {
          if (stop.signal.aborted) return
          const reason = reasonOf(error, words)
          change(key, { error: reason })
          if (left.current) say(words.fileRefused(reason))
        },
      )
      running.current.set(key, {
        stop,
        voice,
        done: done.finally(() => running.current.delete(key)),
      })
    },
    [client, words, change, say],
  )

  return {
    files,
    /** Nothing but what was recorded here. */
    areVoice: () => newest.current.every(({ voice }) => voice),
    /** The attachments, when all that is on its way has come; null if one of it did not. */
    async whenThere(): Promise<string[] | null> {
      const awaited = [...running.current.keys()]
      await Promise.all([...running.current.values()].map(({ done }) => done))
      const lost = newest.current.some(({ key, id }) => id === null && awaited.includes(key))
      return lost ? null : newest.current.flatMap(({ id }) => id ?? [])
    },
    add(chosen: Iterable<File>, voice = false) {
      const more = [...chosen].map((file) => ({
        ...{
          key: ++lastKey,
          clientId: crypto.randomUUID(),
          file,
          voice,
          share: 0,
          id: null,
          error: null,
        },
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

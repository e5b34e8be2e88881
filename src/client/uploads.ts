// Files on their way: each is uploaded once, whoever waits for it, and over every loss of the connection.
import { ChatError } from '../contract/errors.ts'
import type { Attachment } from '../contract/attachment.ts'
import { sleep } from './upload.ts'
import type { NamedFile, UploadOptions } from './upload.ts'

/** A file that goes with a message. Under its `clientId` it is one attachment, however often it is sent. */
export type OutgoingFile = NamedFile & { clientId: string; waveform?: number[] }

/** How far files are, 0 to 1, by clientId; those that are there, or were refused, are not in it. */
export type Shares = ReadonlyMap<string, number>

/** `read` and `write` are the caller's own store. */
type UploadsOptions = {
  upload(file: NamedFile, options: UploadOptions): Promise<Attachment>
  isOpen(): boolean
  read(): Shares
  write(shares: Shares): void
}

type Running = { stop: AbortController; done: Promise<string> }

export type Uploads = ReturnType<typeof createUploads>

export function createUploads({ upload, isOpen, read, write }: UploadsOptions) {
  /** With those that are there; what was refused begins anew. */
  const running = new Map<string, Running>()
  let opened = Promise.withResolvers<void>()

  const tell = (clientId: string, share: number) => write(new Map(read()).set(clientId, share))

  function untell(clientId: string) {
    const shares = new Map(read())
    if (shares.delete(clientId)) write(shares)
  }

  async function bring({ name, blob, ...about }: OutgoingFile, signal: AbortSignal) {
    const options = {
      ...about,
      signal,
      onProgress: (share: number) => signal.aborted || tell(about.clientId, share),
      wait: (ms: number) => Promise.race([sleep(ms), opened.promise]),
    }
    for (;;)
      try {
        // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
        return (await upload({ name, blob }, options)).id
      } catch (error) {
        const lost = error instanceof ChatError && error.code === 'unavailable' && !isOpen()
        if (!lost) throw error
        // oxlint-disable-next-line no-await-in-loop -- as above
        await opened.promise
      }
  }

  function stop(clientId: string) {
    running.get(clientId)?.stop.abort()
    running.delete(clientId)
    untell(clientId)
  }

  return {
    /** Resolves to the attachment's id. */
    start(file: OutgoingFile): Promise<string> {
      const { clientId } = file
      const known = running.get(clientId)
      if (known) return known.done
      const stop = new AbortController()
      tell(clientId, 0)
      const done = bring(file, stop.signal)
      const current = { stop, done }
      running.set(clientId, current)
      const settle = (keep: boolean) => {
        if (running.get(clientId) !== current) return
        if (!keep) running.delete(clientId)
        untell(clientId)
      }
      done.then(
        () => settle(true),
        () => settle(false),
      )
      return done
    },
    /** Nobody waits for it any more. */
    stop,
    /** What is there may be erased since; asked for again, it is sent again. */
    forget: (clientId: string) => read().has(clientId) || running.delete(clientId),
    stopAll: () => [...running.keys()].forEach(stop),
    /** The connection is back. */
    goOn() {
      opened.resolve()
      opened = Promise.withResolvers()
    },
  }
}

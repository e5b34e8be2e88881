// A file → an attachment: at once if it is small, else in parts, which go on where they stopped.
import { ChatError } from '../contract/errors.ts'
import type { Attachment, Upload } from '../contract/attachment.ts'
import { limits } from '../contract/limits.ts'
import type { Execute, Input, Operation } from '../contract/operations.ts'
import type { Carried } from './transfer.ts'

/** A `File` of a browser, or bytes with a name. */
export type NamedFile = { name: string; blob: Blob }

export type UploadOptions = {
  /** What share of the file is out, 0 to 1. */
  onProgress?(share: number): void
  signal?: AbortSignal
  /** Of a voice message, see the contract. */
  waveform?: number[]
  /** The same for another attempt: it is one file then, and a large one goes on where it stopped. */
  clientId?: string
  /** Waits before another attempt: so many ms, or less when there is a connection again. */
  wait?(ms: number): Promise<unknown>
}

type Sent = Pick<Carried, 'body' | 'onProgress' | 'signal'> & { key?: string }

/** The REST door, for bodies that are no JSON, and for those that are. */
type Door = {
  call: Execute
  carry<O extends Operation>(operation: O, input: Input<O>, sent: Sent): Promise<unknown>
}

/** How often a request is tried again when there is no connection, and after how long (ms). */
const pauses = [500, 1000, 2000, 4000, 8000, 16_000]

/**
 * Uploads a file. Rejects with a `ChatError` that says why it was refused; with `unavailable` when
 * there was no connection for too long; with the signal's reason when it aborts.
 */
export function uploadFile(
  door: Door,
  file: NamedFile,
  options: UploadOptions = {},
): Promise<Attachment> {
  return file.blob.size <= limits.uploadPartBytes
    ? atOnce(door, file, options)
    : inParts(door, file, options)
}

async function atOnce(door: Door, { name, blob }: NamedFile, options: UploadOptions) {
  const { waveform, onProgress, signal, clientId: key = crypto.randomUUID() } = options
  const body = new FormData()
  // What is said of a file stands before it.
  if (waveform) body.append('waveform', JSON.stringify(waveform))
  body.append('file', blob, name)
  const sent = { body, onProgress, signal, key }
  const attachment = await again(() => door.carry('attachment.upload', {}, sent), options)
  return attachment as Attachment
}

async function inParts(door: Door, { name, blob }: NamedFile, options: UploadOptions) {
  const { waveform, onProgress, signal, clientId = crypto.randomUUID() } = options
  const begin = () => door.call('upload.create', { name, size: blob.size, clientId })
  const upload = await again(begin, options)
  const { id: uploadId, partSize } = upload
  try {
    for (let part = 1; part <= upload.parts; part++) {
      const start = (part - 1) * partSize
      const body = blob.slice(start, start + partSize)
      if (upload.received.includes(part)) continue
      const told = (share: number) => onProgress?.((start + share * body.size) / blob.size)
      // One after the other: a file is as fast as its connection.
      // oxlint-disable-next-line no-await-in-loop
      await again(async () => {
        const sent = { body, signal, ...(onProgress && { onProgress: told }) }
        return (await door.carry('upload.part', { uploadId, part }, sent)) as Upload
      }, options)
      told(1)
    }
    return await again(() => door.call('upload.complete', { uploadId, waveform }), options)
  } catch (error) {
    // What is not told to the server is forgotten by it in a day.
    if (signal?.aborted) void door.call('upload.abort', { uploadId }).catch(() => undefined)
    throw error
  }
}

/** What may be repeated, and is while there is no connection. */
async function again<T>(work: () => Promise<T>, options: UploadOptions): Promise<T> {
  const { signal, wait = sleep } = options
  for (let n = 0; ; n++) {
    signal?.throwIfAborted()
    try {
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other
      return await work()
    } catch (error) {
      const pause = pauses[n]
      const passing = error instanceof ChatError && error.code === 'unavailable'
      if (!passing || pause === undefined) throw error
      // oxlint-disable-next-line no-await-in-loop -- as above
      await Promise.race([wait(pause), aborted(signal)])
    }
  }
}

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const aborted = (signal: AbortSignal | undefined) =>
  new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }))

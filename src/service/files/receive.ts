// A file on its way into the bucket. It is looked at before anything is stored, and while it is;
// what turns out to be something else is not kept, and a part of it is all that is ever in memory.
import type { Attachment } from '../../contract/attachment.ts'
import { newFileId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import { cleanFileName } from '../../core/file-name.ts'
import { removeLocation } from '../../core/jpeg-location.ts'
import type { Env } from '../../env.ts'
import { userStub } from '../../objects/stubs.ts'
import type { KeptFile, NewFile } from '../../objects/user/files.ts'
import { attachmentOf } from '../../store/attachments.ts'
import { beginFile, findFile, putFile, readFile, streamFile } from '../../store/files.ts'
import { factsOf } from './facts.ts'
import type { Content } from './facts.ts'
import { typeOf, unsupported } from './type.ts'
import type { Found } from './type.ts'
import { Pieces, Watch, sizeCheck } from './watch.ts'

export type Incoming = {
  /** As given. */
  name: string
  chunks: AsyncIterable<Uint8Array>
  /** Bytes that it may have; 0 for no limit. */
  most: number
  waveform?: number[] | null
  /** What it is uploaded as: whatever comes under this id again is the same file. */
  upload?: string | undefined
  /** How many bytes it was said to be when it began to come in parts: their room is kept. */
  announced?: number
}

/** `fresh`: nothing of the kind was there before. */
export type Received = { attachment: Attachment; fresh: boolean }

/** Stores a file of somebody. Throws what is wrong with it, and then nothing of it is left. */
export async function receive(env: Env, owner: string, incoming: Incoming): Promise<Received> {
  const name = cleanFileName(incoming.name)
  const { upload = null, announced } = incoming
  const room = announced === undefined ? await userStub(env, owner).fileRoom(upload) : null
  const check = sizeCheck(incoming.most, room)
  const pieces = new Pieces(incoming.chunks, limits.filePartBytes, check)
  const { piece: head, last } = await pieces.next()
  const found = await typeOf(head, name)
  if (found.type === 'image/jpeg' && !removeLocation(head))
    throw unsupported('the picture does not begin as a JPEG does')
  const watch = new Watch(found)
  await watch.see(head)
  const file = newFileId()
  const arriving = { env, owner, name, file, found, head, watch, incoming }
  const kept = await (last
    ? storeWhole(arriving)
    : announced === undefined
      ? storeInParts(arriving, pieces)
      : storeInFlow(arriving, pieces, announced))
  return { attachment: attachmentOf(kept.attachment), fresh: kept.fresh }
}

type Arriving = {
  env: Env
  owner: string
  name: string
  file: string
  found: Found
  head: Uint8Array
  watch: Watch
  incoming: Incoming
}

/** It is written down first: what was stored and is not known would never be erased. */
async function storeWhole(arriving: Arriving): Promise<KeptFile> {
  const { env, owner, found, head, watch } = arriving
  const sha256 = await watch.finish()
  const read = async (start: number, end: number) => head.subarray(start, end)
  const open = async () => new Blob([head]).stream()
  const kept = await keep(arriving, sha256, { head, size: head.length, read, open }, false)
  // Written down before, it may not have been stored: then a machine stopped in between.
  if (!kept.fresh && (await findFile(env.FILES, kept.file))) return kept
  try {
    await putFile(env.FILES, kept.file, owner, { bytes: head, type: found.type, sha256 })
  } catch (error) {
    await userStub(env, owner).discardAttachment(kept.attachment.id)
    throw error
  }
  return kept
}

/** Its owner's object erases it in time, should this end before it is written down. */
async function storeInParts(arriving: Arriving, pieces: Pieces): Promise<KeptFile> {
  const { env, owner, file, found, head, watch } = arriving
  const upload = await beginFile(env.FILES, file, owner, found.type)
  let sha256: string
  const parts: R2UploadedPart[] = []
  try {
    parts.push(await upload.uploadPart(1, head))
    for (let last = false; !last;) {
      // oxlint-disable-next-line no-await-in-loop -- one piece in memory is the point
      const next = await pieces.next()
      last = next.last
      // oxlint-disable-next-line no-await-in-loop
      await watch.see(next.piece)
      // oxlint-disable-next-line no-await-in-loop
      parts.push(await upload.uploadPart(parts.length + 1, next.piece))
    }
    sha256 = await watch.finish()
  } catch (error) {
    await upload.abort()
    throw error
  }
  await userStub(env, owner).expectFile(file)
  await upload.complete(parts)
  return keepStored(arriving, sha256)
}

/**
 * Of a known size, it flows through: a chunk is looked at and written on, and nothing is gathered. The
 * last one is written when all of it was found good; what is cut short is not stored.
 */
async function storeInFlow(arriving: Arriving, pieces: Pieces, size: number): Promise<KeptFile> {
  const { env, owner, file, found, head, watch } = arriving
  await userStub(env, owner).expectFile(file)
  const { readable, writable } = new FixedLengthStream(size)
  const writer = writable.getWriter()
  const flow = async () => {
    await writer.write(head)
    let last = new Uint8Array(0)
    for await (const chunk of pieces.rest()) {
      await watch.see(chunk)
      const end = watch.size === size ? -1 : undefined
      await writer.write(chunk.subarray(0, end))
      if (end) last = chunk.slice(-1)
    }
    const sha256 = await watch.finish()
    await writer.write(last)
    await writer.close()
    return sha256
  }
  const flowing = flow().catch((error: unknown) => {
    void writer.abort(error).catch(() => undefined)
    throw error
  })
  const stored = streamFile(env.FILES, file, owner, { body: readable, type: found.type })
  const [sha256] = await Promise.all([flowing, stored])
  return keepStored(arriving, sha256)
}

async function keepStored(arriving: Arriving, sha256: string): Promise<KeptFile> {
  const { env, owner, file, head, watch } = arriving
  try {
    return await keep(arriving, sha256, storedContent(env, file, head, watch.size), true)
  } catch (error) {
    await userStub(env, owner).eraseFile(file)
    throw error
  }
}

function storedContent(env: Env, file: string, head: Uint8Array, size: number): Content {
  const part = async (range?: { offset: number; length: number }) => {
    const found = await readFile(env.FILES, file, range)
    if (!found) throw new Error('a file that was just stored is not there')
    return found
  }
  return {
    head,
    size,
    read: async (offset, end) => (await part({ offset, length: end - offset })).bytes(),
    open: async () => (await part()).body,
  }
}

async function keep(
  { env, owner, name, file, found, watch, incoming }: Arriving,
  sha256: string,
  content: Content,
  stored: boolean,
): Promise<KeptFile> {
  const { waveform = null, upload = null } = incoming
  const facts = await factsOf(env, found, content, waveform)
  const wanted: NewFile = { file, sha256, name, size: watch.size, facts, stored, upload }
  return userStub(env, owner).keepFile(wanted)
}

// Large files: in parts through the Worker, or at once to R2 with an address that was signed for it.
// Either way they land apart, and become attachments when they were looked at from end to end.
import { AwsClient } from 'aws4fetch'
import type { Actor } from '../../contract/actor.ts'
import type { Attachment, Upload } from '../../contract/attachment.ts'
import { ChatError, errors, isChatError } from '../../contract/errors.ts'
import { derivedUploadId, newUploadId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import type { Parsed } from '../../contract/operations.ts'
import { cleanFileName } from '../../core/file-name.ts'
import { settingsOf } from '../../env.ts'
import type { Env } from '../../env.ts'
import { userStub } from '../../objects/stubs.ts'
import { attachmentOf } from '../../store/attachments.ts'
import { incomingPath, readIncoming, resumeIncoming } from '../../store/files.ts'
import type { PartRow, UploadRow } from '../../store/user/files.ts'
import type { Served } from '../handlers.ts'
import { receive } from './receive.ts'

export async function createUpload(
  env: Env,
  actor: Actor,
  { name, size, clientId }: Parsed<'upload.create'>,
): Promise<Served<'upload.create'>> {
  const id = clientId === undefined ? newUploadId() : await derivedUploadId([actor.id, clientId])
  const begun = await userStub(env, actor.id).beginUpload(id, cleanFileName(name), size)
  return { ok: { ...begun, direct: await directPut(env, begun) } }
}

/** An address that takes exactly this many bytes, once or again until it is over. */
async function directPut(env: Env, { id, size }: Upload): Promise<Upload['direct']> {
  const { R2_ACCOUNT_ID, R2_BUCKET, R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY } = settingsOf(env)
  if (!R2_ACCOUNT_ID || !R2_ACCESS_KEY_ID || !R2_SECRET_ACCESS_KEY) return null
  const client = new AwsClient({
    accessKeyId: R2_ACCESS_KEY_ID,
    secretAccessKey: R2_SECRET_ACCESS_KEY,
    service: 's3',
    region: 'auto',
  })
  const url = new URL(
    `https://${R2_ACCOUNT_ID}.r2.cloudflarestorage.com/${R2_BUCKET}/${incomingPath(id)}`,
  )
  url.searchParams.set('X-Amz-Expires', String(limits.directMs / 1000))
  const headers = { 'content-length': String(size), 'content-type': 'application/octet-stream' }
  const how = { signQuery: true, allHeaders: true }
  const signed = await client.sign(url.href, { method: 'PUT', headers, aws: how })
  const expiresAt = new Date(Date.now() + limits.directMs).toISOString()
  return { url: signed.url, headers, expiresAt }
}

/** Takes one part, as long as it must be; what breaks off is as if it had not been sent. */
export async function putPart(
  env: Env,
  actor: Actor,
  { uploadId, part }: Parsed<'upload.part'>,
  { body, length }: { body: ReadableStream<Uint8Array> | null; length: number | null },
): Promise<Upload> {
  const user = userStub(env, actor.id)
  const { row } = await user.uploadState(uploadId)
  if (row.attachment_id !== null) throw new ChatError('conflict', 'this upload is complete')
  const wanted = lengthOf(row, part)
  if (length !== wanted || !body)
    throw new ChatError(
      'invalid',
      `part ${part} has ${wanted} bytes: send them as the body, with their Content-Length`,
    )
  const upload = resumeIncoming(env.FILES, uploadId, row.r2_upload ?? '')
  const { etag } = await upload.uploadPart(part, body).catch((error: unknown) => {
    throw new ChatError('invalid', `part ${part} did not arrive whole: send it again`, {
      cause: error instanceof Error ? error.message : String(error),
    })
  })
  return user.partCame(uploadId, { part, etag })
}

function lengthOf({ size, part_bytes }: UploadRow, part: number): number {
  const length = Math.min(part_bytes, size - (part - 1) * part_bytes)
  if (length <= 0) throw new ChatError('not_found', 'this upload has no such part')
  return length
}

/** Looks at the whole file, and makes it an attachment; once, however often it is asked. */
export async function completeUpload(
  env: Env,
  actor: Actor,
  { uploadId, waveform }: Parsed<'upload.complete'>,
): Promise<Served<'upload.complete'>> {
  const user = userStub(env, actor.id)
  const { row, parts } = await user.uploadState(uploadId)
  if (row.attachment_id !== null) return { ok: await known(env, actor, row.attachment_id) }
  const whole = (await readIncoming(env.FILES, uploadId)) ?? (await assembled(env, row, parts))
  try {
    if (whole.size !== row.size)
      throw new ChatError('invalid', `${whole.size} bytes came, but ${row.size} were announced`)
    const { name } = row
    const chunks = largeChunks(whole.body)
    const came = { upload: uploadId, announced: row.size, waveform: waveform ?? null }
    const { attachment } = await receive(env, actor.id, { name, chunks, most: row.size, ...came })
    await user.clearUpload(uploadId)
    return { ok: attachment }
  } catch (error) {
    // What was refused is not kept; what went wrong on our side may be asked again.
    if (isChatError(error) && !errors[error.code].retry) await user.clearUpload(uploadId)
    throw error
  }
}

/** A stream hands over what it has, which is little; each time a promise, and each of them costs. */
async function* largeChunks(stream: ReadableStream): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader({ mode: 'byob' })
  for (;;) {
    const room = new Uint8Array(limits.fileChunkBytes)
    const { done, value } = await reader.readAtLeast(room.length, room)
    if (value && value.length > 0) yield value
    if (done) return
  }
}

async function known(env: Env, actor: Actor, attachmentId: string): Promise<Attachment> {
  const found = await userStub(env, actor.id).findAttachment(attachmentId)
  if (!found) throw new ChatError('not_found', 'what was uploaded is erased already')
  return attachmentOf(found.attachment)
}

async function assembled(env: Env, row: UploadRow, parts: PartRow[]): Promise<R2ObjectBody> {
  const count = Math.ceil(row.size / row.part_bytes)
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter(
    (number) => !parts.some(({ part }) => part === number),
  )
  if (missing.length > 0)
    throw new ChatError('conflict', `parts are missing: ${missing.slice(0, 20).join(', ')}`, {
      missing,
    })
  const uploaded = parts.map(({ part, etag }) => ({ partNumber: part, etag }))
  await resumeIncoming(env.FILES, row.id, row.r2_upload ?? '').complete(uploaded)
  const whole = await readIncoming(env.FILES, row.id)
  if (!whole) throw new ChatError('unavailable', 'the parts could not be put together: try again')
  return whole
}

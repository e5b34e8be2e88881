// Files of a form → attachments. All of them, or none.
import type { Actor } from '../contract/actor.ts'
import { Waveform } from '../contract/attachment.ts'
import type { Attachment } from '../contract/attachment.ts'
import { ChatError } from '../contract/errors.ts'
import { ClientId, derivedUploadId } from '../contract/ids.ts'
import { limits } from '../contract/limits.ts'
import { settingsOf } from '../env.ts'
import type { Env } from '../env.ts'
import { reportFault } from '../objects/fault.ts'
import { userStub } from '../objects/stubs.ts'
import { receive } from '../service/files/receive.ts'
import type { Received } from '../service/files/receive.ts'
import { Form } from './form.ts'

export type Uploaded = { files: Attachment[]; fields: Record<string, string> }

/** The name of the field that holds the files, and how many of them there may be. */
export type Wanted = { field: string; most: number }

/**
 * Stores the files of a form. `lasting` keeps the work alive when the client breaks off, so that what
 * had begun is cleared away. Throws what is wrong, and then nothing is kept.
 */
export function upload(
  env: Env,
  actor: Actor,
  request: Request,
  wanted: Wanted,
  lasting: (work: Promise<unknown>) => void,
): Promise<Uploaded> {
  const form = new Form(request)
  const work = receiveAll(env, actor, request, form, wanted).catch(async (error: unknown) => {
    await form.drain()
    throw error
  })
  lasting(work.catch(() => undefined))
  return work
}

async function receiveAll(
  env: Env,
  actor: Actor,
  request: Request,
  form: Form,
  { field, most }: Wanted,
): Promise<Uploaded> {
  const largest = settingsOf(env).MAX_FILE_SIZE
  refuseTooLong(request, largest * most)
  const received: Received[] = []
  const fields: Record<string, string> = {}
  try {
    for await (const part of form.parts()) {
      if ('value' in part) {
        fields[part.field] = part.value
        continue
      }
      if (part.field !== field || received.length === most)
        throw new ChatError('invalid', `${part.field}: send at most ${most} in the field ${field}`)
      const { name, chunks } = part
      const waveform = waveformIn(fields)
      const upload = await uploadOf(actor, request, received.length)
      const file = { name, chunks, most: largest, waveform, upload }
      received.push(await receive(env, actor.id, file))
    }
    if (received.length === 0) throw new ChatError('invalid', `${field}: is missing`)
    return { files: received.map(({ attachment }) => attachment), fields }
  } catch (error) {
    await discard(env, actor, received)
    throw error
  }
}

/** What a request announces is believed when it is too much: nobody reads a film to refuse it. */
function refuseTooLong(request: Request, most: number): void {
  const announced = Number(request.headers.get('Content-Length') ?? 0)
  const beside = limits.formParts * limits.formFieldBytes
  if (most > 0 && announced > most + beside)
    throw new ChatError('too_large', `a file has at most ${most} bytes`)
}

/** Under an Idempotency-Key each file of a request has a name by which it is known again. */
async function uploadOf(actor: Actor, request: Request, index: number) {
  const key = request.headers.get('Idempotency-Key')
  if (key === null) return undefined
  if (!ClientId.safeParse(key).success)
    throw new ChatError('invalid', `Idempotency-Key: has 1 to ${limits.clientId} characters`)
  return derivedUploadId([actor.id, key, String(index)])
}

/** A field before the file, as JSON. */
function waveformIn({ waveform }: Record<string, string>): number[] | null {
  if (waveform === undefined) return null
  try {
    return Waveform.parse(JSON.parse(waveform))
  } catch {
    const why = `must be a JSON list of at most ${limits.waveform} whole numbers from 0 to 100`
    throw new ChatError('invalid', `waveform: ${why}`)
  }
}

async function discard(env: Env, actor: Actor, received: Received[]): Promise<void> {
  const fresh = received.filter((one) => one.fresh)
  await Promise.all(
    fresh.map(({ attachment }) =>
      userStub(env, actor.id).discardAttachment(attachment.id).catch(reportFault),
    ),
  )
}

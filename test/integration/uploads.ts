// Uploads and downloads, as a client outside makes them, and what the bucket then holds.
import { runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import type { Attachment } from '../../src/contract/attachment.ts'
import type { Answered, Someone } from './fixtures.ts'
import { origin, passTime, userObject } from './fixtures.ts'

export const aForm = (bytes: Uint8Array, name: string, fields: Record<string, string> = {}) => {
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.append(field, value)
  form.append('file', new Blob([bytes]), name)
  return form
}

export async function upload<T = Attachment>(
  user: Someone | null,
  bytes: Uint8Array,
  name: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Answered<T>> {
  return post(user, '/v1/attachments', aForm(bytes, name, fields), headers)
}

export async function post<T>(
  user: Someone | null,
  path: string,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Answered<T>> {
  const response = await exports.default.fetch(origin + path, {
    method: 'POST',
    headers: { ...(user && { Authorization: `Bearer ${user.token}` }), ...headers },
    body,
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** Uploads what must be taken. */
export async function anAttachment(
  user: Someone,
  bytes: Uint8Array,
  name: string,
): Promise<Attachment> {
  const { status, body } = await upload(user, bytes, name)
  if (status !== 201) throw new Error(`not uploaded: ${JSON.stringify(body)}`)
  return body
}

export async function download(
  user: Someone | null,
  path: string,
  headers: Record<string, string> = {},
) {
  const response = await exports.default.fetch(origin + path, {
    headers: { ...(user && { Authorization: `Bearer ${user.token}` }), ...headers },
  })
  const { status } = response
  return { status, headers: response.headers, bytes: await response.bytes() }
}

/** Large files are compared at once: an assertion would look at each byte. */
export const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(Buffer.from(b))

/** Names of all that the bucket holds. */
export async function stored(): Promise<string[]> {
  const { objects } = await env.FILES.list()
  return objects.map(({ key }) => key)
}

/** As if all that somebody uploaded had come a day earlier. */
export async function aDayLater(user: Someone): Promise<void> {
  await runInDurableObject(userObject(user), (_, { storage }) => {
    storage.sql.exec('UPDATE attachments SET created_at = created_at - 86400001')
    storage.sql.exec(`UPDATE due SET key = '0' WHERE kind = 'files'`)
  })
  await passTime(userObject(user))
}

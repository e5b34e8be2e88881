// Links for <img> and players, which can send no header. A link says who may use it and until when;
// whether they still may see the file is asked each time, so it opens nothing to anybody else.
import { attachmentPath } from '../../contract/attachment.ts'
import type { AttachmentLink } from '../../contract/attachment.ts'
import { ChatError } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import { bytesOf, hexOf } from '../../core/bytes.ts'
import { bannedError } from '../../core/moderation.ts'
import { settingsOf } from '../../env.ts'
import type { Env } from '../../env.ts'
import { directoryShard, userStub } from '../../objects/stubs.ts'

export type Signed = { as: string; until: number; signature: string }

export async function linkTo(
  env: Env,
  as: string,
  id: string,
  width: number | undefined,
): Promise<AttachmentLink> {
  const until = Date.now() + limits.linkMs
  const signature = await crypto.subtle.sign('HMAC', await keyOf(env), signedText(id, as, until))
  const query = new URLSearchParams({
    as,
    until: String(until),
    signature: hexOf(new Uint8Array(signature)),
    ...(width !== undefined && { width: String(width) }),
  })
  return { url: `${attachmentPath(id)}?${query}`, expiresAt: new Date(until).toISOString() }
}

/** Whom a link was made for. Throws `forbidden` for one that is over or was never made, `banned`. */
export async function linkedTo(env: Env, id: string, link: Signed): Promise<string> {
  const { as, until, signature } = link
  const bytes = /^[0-9a-f]{64}$/.test(signature) ? fromHex(signature) : new Uint8Array(0)
  const good = await crypto.subtle.verify(
    'HMAC',
    await keyOf(env),
    bytes,
    signedText(id, as, until),
  )
  if (!good || until <= Date.now())
    throw new ChatError('forbidden', 'this link is over, or was not made here: make a new one')
  const { ban } = await userStub(env, as).standing()
  if (ban && !ban.shadow) throw bannedError(ban)
  return as
}

const signedText = (id: string, as: string, until: number) =>
  bytesOf(JSON.stringify(['attachment link 1', id, as, until]))

const fromHex = (text: string) =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

const keys = new WeakMap<Env, Promise<CryptoKey>>()

/** Of the deployment's own secret; where it has none, one that its directory made up once. */
function keyOf(env: Env): Promise<CryptoKey> {
  const known = keys.get(env)
  if (known) return known
  const { JWT_SECRET } = settingsOf(env)
  const made = (async () =>
    derived(JWT_SECRET ? bytesOf(JWT_SECRET) : await directoryShard(env, 0).linkSecret()))()
  keys.set(env, made)
  made.catch(() => keys.delete(env))
  return made
}

async function derived(secret: Uint8Array): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  const how = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(0),
    info: bytesOf('skein links'),
  }
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 }
  return crypto.subtle.deriveKey(how, base, hmac, false, ['sign', 'verify'])
}

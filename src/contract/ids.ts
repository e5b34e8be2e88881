// Ids carry the way: a message id holds its thread id and seq, a thread id its jurisdiction.
import { z } from 'zod'
import { limits } from './limits.ts'

/** Where a thread's data must stay; the second letter of its id. */
export const jurisdictions = { '0': null, e: 'eu', u: 'us', f: 'fedramp' } as const
export const Jurisdiction = z.enum(['eu', 'us', 'fedramp'])
export type Jurisdiction = z.infer<typeof Jurisdiction>

/** `sub` of a token: no control characters, no text direction marks, no lone surrogates. */
export const UserId = z
  .string()
  .min(1)
  .max(limits.userId)
  .regex(
    /^[^\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+$/u,
    'must not contain control characters or direction marks',
  )
/** Opaque to clients. A string of any other form names nothing, and is answered `not_found`. */
export const ThreadId = z.string().min(1).max(64)
/** Opaque to clients. A string of any other form names nothing, and is answered `not_found`. */
export const MessageId = z.string().min(1).max(96)
/** A draft has no place in its thread yet, so its id names none. */
export const DraftId = z.string().min(1).max(96)
/** Opaque to clients. A string of any other form names nothing, and is answered `not_found`. */
export const AttachmentId = z.string().min(1).max(64)
export const UploadId = z.string().min(1).max(64)
/** Made by the client, unique per thread and sender for ever. */
export const ClientId = z.string().min(1).max(limits.clientId)
export const Seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
export const Version = Seq
/** A date and time in ISO 8601, UTC. */
export const Time = z.iso.datetime()
/** `EPOCH.VERSION`: a place in the history of a thread. */
export const Cursor = z.string().min(1).max(64)

const threadForm = /^t([0euf])([0-9A-Za-z]{22})$/
const messageForm = /^m([0euf][0-9A-Za-z]{22})-(\d{1,15})$/
const draftForm = /^d[0-9A-Za-z]{22}$/
const attachmentForm = /^(a[0-9A-Za-z]{22})(?:-\d{1,6})?$/
const uploadForm = /^u[0-9A-Za-z]{22}$/
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export const isThreadId = (id: string) => threadForm.test(id)

/** The jurisdiction of a well-formed thread id, `null` for none. */
export function jurisdictionOf(threadId: string): Jurisdiction | null {
  const letter = threadForm.exec(threadId)?.[1] as keyof typeof jurisdictions | undefined
  return letter === undefined ? null : jurisdictions[letter]
}

export const messageId = (threadId: string, seq: number) => `m${threadId.slice(1)}-${seq}`

/** The thread and seq a message id names, or `null` when it names nothing. */
export function messagePlace(id: string): { threadId: string; seq: number } | null {
  const match = messageForm.exec(id)
  return match ? { threadId: `t${match[1]}`, seq: Number(match[2]) } : null
}

export const isDraftId = (id: string) => draftForm.test(id)

/** A random draft id: 128 bits. */
export const newDraftId = () => `d${base62(crypto.getRandomValues(new Uint8Array(16)))}`

/**
 * The stored file that an attachment id names, or null when it names nothing. The same file under
 * another name is another attachment, `a…-1`, of the same stored file.
 */
export const fileOf = (attachmentId: string) => attachmentForm.exec(attachmentId)?.[1] ?? null

export const isUploadId = (id: string) => uploadForm.test(id)

/** A random id of a stored file, and of the first attachment that is it: 128 bits. */
export const newFileId = () => `a${base62(crypto.getRandomValues(new Uint8Array(16)))}`

/** The id of an upload that is begun under a key: begun again, it is the same one. */
export const derivedUploadId = async (parts: string[]) => `u${base62(await hashOf(parts))}`

/** A random upload id: 128 bits. */
export const newUploadId = () => `u${base62(crypto.getRandomValues(new Uint8Array(16)))}`

/** A random thread id: 128 bits. */
export function newThreadId(jurisdiction: Jurisdiction | null = null): string {
  return threadId(crypto.getRandomValues(new Uint8Array(16)), jurisdiction)
}

/**
 * A thread id derived from what makes the thread unique, so that whoever creates it again finds the
 * first: the two people of a direct thread, a creator and their idempotency key, an imported log,
 * a type and a subject.
 */
export async function derivedThreadId(
  kind: 'direct' | 'key' | 'import' | 'subject',
  parts: string[],
  jurisdiction: Jurisdiction | null = null,
): Promise<string> {
  return threadId(await hashOf([kind, ...parts]), jurisdiction)
}

/** The clientId in one thread of what one key asks of several. */
export const derivedClientId = async (parts: string[]) => `k${base62(await hashOf(parts))}`

async function hashOf(parts: string[]): Promise<Uint8Array> {
  const bytes = new TextEncoder().encode(JSON.stringify(parts))
  const hash = await crypto.subtle.digest('SHA-256', bytes)
  return new Uint8Array(hash).subarray(0, 16)
}

/** The id of the one direct thread of two people, whoever asks. */
export const directThreadId = (a: string, b: string, jurisdiction: Jurisdiction | null = null) =>
  derivedThreadId('direct', [a, b].toSorted(), jurisdiction)

function threadId(bytes: Uint8Array, jurisdiction: Jurisdiction | null): string {
  return `t${jurisdiction === null ? '0' : jurisdiction.charAt(0)}${base62(bytes)}`
}

/** 16 bytes as 22 letters and digits. */
function base62(bytes: Uint8Array): string {
  let number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  let text = ''
  for (let i = 0; i < 22; i++) {
    text = alphabet.charAt(Number(number % 62n)) + text
    number /= 62n
  }
  return text
}

// What a verified token says, as an actor. Only the user's id can refuse a token: whatever else is
// ill-formed came from an identity provider's profile page, and is cut or left out.
import { z } from 'zod'
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { UserId } from '../contract/ids.ts'
import { limits } from '../contract/limits.ts'
import { WebAddress } from '../contract/user.ts'

/** A role or tier is one word; a longer one is not what the claim is for. */
const wordLength = 64

const Email = z.email({ pattern: z.regexes.unicodeEmail }).max(320)

/**
 * The actor that a token's claims describe. The claims must be verified already.
 * Throws `unauthenticated` when they name no valid user.
 */
export function actorOf(claims: Record<string, unknown>): Actor {
  const id = UserId.safeParse(claims.sub ?? claims.id ?? claims.userId)
  if (!id.success) {
    const form = `a string of 1 to ${limits.userId} characters without control or direction marks`
    throw new ChatError('unauthenticated', `The token names no valid user: \`sub\` must be ${form}`)
  }
  return {
    id: id.data,
    name: nameOf(claims),
    firstName: partOf(claims.first_name),
    lastName: partOf(claims.last_name),
    avatarUrl: WebAddress.safeParse(claims.picture).data ?? null,
    email: Email.safeParse(claims.email).data ?? null,
    role: word(claims.role) ?? 'user',
    tier: word(claims.tier) ?? 'free',
    expiresAt: typeof claims.exp === 'number' ? claims.exp * 1000 : null,
  }
}

function nameOf(claims: Record<string, unknown>): string | null {
  const parts = [claims.first_name, claims.last_name].map(trimmed).filter(Boolean)
  return cut(trimmed(claims.name) || parts.join(' ')) || null
}

const partOf = (claim: unknown) => cut(trimmed(claim)) || undefined

/** A cut in the middle of a surrogate pair would leave half a character. */
const cut = (name: string) =>
  name
    .toWellFormed()
    .slice(0, limits.name)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()

const trimmed = (value: unknown) => (typeof value === 'string' ? value.trim() : '')

/** Roles are compared as they stand: trimming or cutting could turn a word into `admin`. */
const word = (value: unknown) =>
  typeof value === 'string' && value !== '' && value.length <= wordLength ? value : null

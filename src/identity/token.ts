// JSON Web Tokens: who signed this, and whom does it name? Runs under Node too, for the CLI.
import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose'
import type { JWTPayload, JWTVerifyGetKey } from 'jose'
import type { Actor } from '../contract/actor.ts'
import { ChatError, isChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'
import { actorOf } from './claims.ts'

/** The part of `Settings` that decides about tokens; env.ts itself needs Cloudflare's types. */
export type TokenSettings = {
  JWT_SECRET?: string | undefined
  JWKS_URL?: string | undefined
  JWT_ISSUER?: string | undefined
  JWT_AUDIENCE?: string | undefined
}

/**
 * The actor a token names: HS256 under JWT_SECRET, RS256 or ES256 under the keys at JWKS_URL.
 * Throws `unauthenticated`, saying what to do, for any token that is not to be trusted, and
 * `unavailable` when the identity provider's keys cannot be had.
 */
export async function verifyToken(token: string, settings: TokenSettings): Promise<Actor> {
  try {
    return actorOf(await verifiedClaims(token, settings))
  } catch (thrown) {
    throw isChatError(thrown) ? thrown : refusal(thrown)
  }
}

/** Signs claims with HS256. `expiresIn` is in seconds from now. */
export function signToken(
  claims: JWTPayload,
  secret: string,
  { expiresIn }: { expiresIn: number },
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now)
    .setExpirationTime(now + expiresIn)
    .sign(secretKey(secret))
}

async function verifiedClaims(token: string, settings: TokenSettings): Promise<JWTPayload> {
  const rules = {
    issuer: settings.JWT_ISSUER,
    audience: settings.JWT_AUDIENCE,
    clockTolerance: limits.clockToleranceSeconds,
  }
  // The header only chooses between two kinds of key that never mix: were a provider's public key
  // taken as an HS256 secret, anyone could sign.
  const { alg } = decodeProtectedHeader(token)
  if (alg === 'HS256' && settings.JWT_SECRET) {
    const key = secretKey(settings.JWT_SECRET)
    return finite((await jwtVerify(token, key, { ...rules, algorithms: [alg] })).payload)
  }
  if ((alg === 'RS256' || alg === 'ES256') && settings.JWKS_URL) {
    const keys = providerKeys(settings.JWKS_URL)
    return finite((await jwtVerify(token, keys, { ...rules, algorithms: [alg] })).payload)
  }
  const taken = [settings.JWT_SECRET && 'HS256', settings.JWKS_URL && 'RS256, ES256']
  throw unauthenticated(
    `The token is signed in a way that is not accepted here: use ${taken.filter(Boolean).join(', ')}`,
  )
}

/** JSON's 1e999 is read as Infinity, a number to jose, but no time that a token could end. */
function finite(claims: JWTPayload): JWTPayload {
  if (claims.exp === undefined || Number.isSafeInteger(Math.floor(claims.exp * 1000))) return claims
  throw unauthenticated(claimSentences.exp)
}

const secretKey = (secret: string) => new TextEncoder().encode(secret)

/** One key set per address for the life of the isolate: it caches, and refetches for a new `kid`. */
const keySets = new Map<string, JWTVerifyGetKey>()

function providerKeys(url: string): JWTVerifyGetKey {
  const known = keySets.get(url)
  if (known) return known
  const remote = createRemoteJWKSet(new URL(url))
  const keys: JWTVerifyGetKey = async (header, token) => {
    try {
      return await remote(header, token)
    } catch (thrown) {
      const ofToken =
        thrown instanceof errors.JWKSNoMatchingKey ||
        thrown instanceof errors.JWKSMultipleMatchingKeys
      if (ofToken) throw thrown
      const failure = new ChatError(
        'unavailable',
        'The keys of the identity provider cannot be fetched at present: try again shortly',
      )
      failure.cause = thrown
      throw failure
    }
  }
  keySets.set(url, keys)
  return keys
}

const claimSentences = {
  exp: 'The token has no valid `exp`: it must be a number of seconds since 1970',
  nbf: 'The token is not valid yet: check its `nbf`, seconds since 1970, and the clocks',
  iat: 'The token has no valid `iat`: it must be a number of seconds since 1970',
  iss: 'The token comes from an issuer that is not accepted here: check its `iss`',
  aud: 'The token is meant for another service: check its `aud`',
}

function refusal(thrown: unknown): ChatError {
  if (thrown instanceof errors.JWTExpired)
    return unauthenticated('The token has expired: sign in again')
  if (thrown instanceof errors.JWTClaimValidationFailed) {
    const known = Object.entries(claimSentences).find(([claim]) => claim === thrown.claim)
    return unauthenticated(known?.[1] ?? 'A claim of the token is not valid: sign in again')
  }
  if (
    thrown instanceof errors.JWSSignatureVerificationFailed ||
    thrown instanceof errors.JWKSNoMatchingKey ||
    thrown instanceof errors.JWKSMultipleMatchingKeys
  )
    return unauthenticated('The token is not signed by a key that is known here: sign in again')
  return unauthenticated('This is not a valid JSON Web Token: sign in again')
}

const unauthenticated = (message: string) => new ChatError('unauthenticated', message)

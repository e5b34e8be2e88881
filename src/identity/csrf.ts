// The CSRF token of a session: proof that a page could read our answers, not merely send a cookie.
import { base64url } from 'jose'

// The key is the session's own token, with no server secret beside it. Nobody but this browser and
// the server knows that token, and its signature cannot be guessed, so nobody else can compute the
// HMAC; from the HMAC the token cannot be found. A server secret would add nothing (whoever holds
// a token may ask for its CSRF token anyway), and there is none when only JWKS_URL is set.
const label = new TextEncoder().encode('skein csrf 1')

const keyOf = (token: string) =>
  crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(token),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign', 'verify'],
  )

/** The CSRF token that belongs to a session's token: base64url, the same every time. */
export async function csrfToken(token: string): Promise<string> {
  return base64url.encode(
    new Uint8Array(await crypto.subtle.sign('HMAC', await keyOf(token), label)),
  )
}

/** Does `given` belong to the session's token? Compared in constant time by `verify`. */
export async function csrfMatches(token: string, given: string | null): Promise<boolean> {
  if (given === null || !/^[\w-]{43}$/.test(given)) return false
  return crypto.subtle.verify('HMAC', await keyOf(token), base64url.decode(given), label)
}

// Builders for tokens and settings, and a real server that gives out public keys.
/// <reference types="node" />
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import type { JWK, JWTPayload } from 'jose'
import { onTestFinished } from 'vitest'
import { ChatError } from '../../../src/contract/errors.ts'
import type { ErrorCode } from '../../../src/contract/errors.ts'
import { settingsOf } from '../../../src/env.ts'
import { signToken } from '../../../src/identity/token.ts'

export const secret = 'a-secret-of-the-unit-tests-0123456789'

export const now = () => Math.floor(Date.now() / 1000)

/** Settings as an operator writes them, here with a secret of our own. */
export const aSettings = (vars: Record<string, string> = {}) =>
  settingsOf({ JWT_SECRET: secret, ...vars })

export const aToken = (claims: JWTPayload = {}) =>
  signToken({ sub: 'alice', ...claims }, secret, { expiresIn: 3600 })

/** A token with exactly these claims: no `iat`, no `exp` but one's own. */
export const aRawToken = (claims: JWTPayload, key: string = secret) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(key))

/** A token written by hand, for what no library would sign. */
export const aForgedToken = (header: object, claims: object, signature = '') =>
  [...[header, claims].map((part) => base64url(JSON.stringify(part))), signature].join('.')

export const base64url = (text: string) => Buffer.from(text).toString('base64url')

/** A key of an identity provider: what it signs with, and what it gives out. */
export async function aProviderKey(alg: 'RS256' | 'ES256' | 'PS256', kid: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg },
    pem: await exportSPKI(publicKey),
    sign: (claims: JWTPayload = {}) =>
      new SignJWT({ sub: 'alice', ...claims })
        .setProtectedHeader({ alg, kid })
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
  }
}

/** A key server on loopback. `keys` and `status` may change between requests; `asked` counts them. */
export async function aKeyServer(keys: JWK[]) {
  const state = { keys, status: 200, asked: 0, url: '' }
  const server = createServer((_request, response) => {
    state.asked++
    response.writeHead(state.status, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ keys: state.keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server's address is never a path.
  const { port } = server.address() as AddressInfo
  state.url = `http://127.0.0.1:${port}/jwks.json`
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return state
}

/** How a promise ends, as a client would see it: `ok`, or the code of the error. */
export async function outcome(promise: Promise<unknown>): Promise<'ok' | ErrorCode> {
  const thrown = await refusalOf(promise)
  return thrown?.code ?? 'ok'
}

/** The `ChatError` of a promise, `null` if it kept its word. Anything else thrown is a bug. */
export async function refusalOf(promise: Promise<unknown>): Promise<ChatError | null> {
  try {
    await promise
    return null
  } catch (thrown) {
    if (thrown instanceof ChatError) return thrown
    throw thrown
  }
}

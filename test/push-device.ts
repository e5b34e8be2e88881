// A browser that subscribed to Web Push: its keys, and what it makes of what it is sent (RFC 8188, 8291).
import { PushMessage } from '../src/contract/push.ts'

const curve = { name: 'ECDH', namedCurve: 'P-256' }
const text = (words: string) => new TextEncoder().encode(words)
const joined = (...parts: Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]))

export const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

async function derive(secret: BufferSource, salt: BufferSource, info: BufferSource, bytes: number) {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
  const how = { name: 'HKDF', hash: 'SHA-256', salt, info }
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, bytes * 8))
}

export async function aPushDevice() {
  const pair = (await crypto.subtle.generateKey(curve, true, ['deriveBits'])) as CryptoKeyPair
  const raw = await crypto.subtle.exportKey('raw', pair.publicKey)
  const point = new Uint8Array(raw as ArrayBuffer)
  const auth = crypto.getRandomValues(new Uint8Array(16))

  async function open(body: Uint8Array<ArrayBuffer>): Promise<PushMessage> {
    const salt = body.slice(0, 16)
    const idLength = body[20] ?? 0
    const server = body.slice(21, 21 + idLength)
    const theirs = await crypto.subtle.importKey('raw', server, curve, false, [])
    // The types of workerd have a dollar where its code, as every other, has none.
    const how = { name: 'ECDH', public: theirs, $public: theirs }
    const shared = await crypto.subtle.deriveBits(how, pair.privateKey, 256)
    const info = joined(text('WebPush: info\0'), point, server)
    const secret = await derive(shared, auth, info, 32)
    const key = await derive(secret, salt, text('Content-Encoding: aes128gcm\0'), 16)
    const iv = await derive(secret, salt, text('Content-Encoding: nonce\0'), 12)
    const aes = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt'])
    const sealed = body.slice(21 + idLength)
    const plain = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, aes, sealed))
    const said = plain.slice(0, plain.lastIndexOf(2))
    return PushMessage.parse(JSON.parse(new TextDecoder().decode(said)))
  }

  return { keys: { p256dh: base64url(point), auth: base64url(auth) }, open }
}

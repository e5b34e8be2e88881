// Firebase Cloud Messaging, HTTP v1: for devices whose app has a token of it instead of an endpoint.
// (firebase.google.com/docs/cloud-messaging/send/v1-api)
import { SignJWT, importPKCS8 } from 'jose'
import type { PushMessage } from '../contract/push.ts'
import { limits } from '../contract/limits.ts'
import { settingsOf } from '../env.ts'
import type { Env, Settings } from '../env.ts'
import { keptOf, resultOf } from './channel.ts'
import type { Result } from './channel.ts'

type Credentials = NonNullable<Settings['FIREBASE_CREDENTIALS']>

/** The error code of a token that its app no longer has (firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode). */
const GONE = 'UNREGISTERED'

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging'

/** Sends to one device. `gone`: it will never be there again. */
export async function sendFcm(
  env: Env,
  token: string,
  push: PushMessage,
): Promise<{ result: Result; gone: boolean }> {
  const { FIREBASE_CREDENTIALS, FIREBASE_URL, OUTBOX } = settingsOf(env)
  if (!FIREBASE_CREDENTIALS) {
    const nowhere = { is: 'refused' as const, why: 'Firebase is not set up' }
    return { result: OUTBOX ? keptOf(push) : nowhere, gone: false }
  }
  const message = { token, ...messageOf(push) }
  try {
    const access = await accessTo(FIREBASE_CREDENTIALS)
    const response = await fetch(
      `${FIREBASE_URL}/v1/projects/${FIREBASE_CREDENTIALS.project_id}/messages:send`,
      {
        method: 'POST',
        headers: { Authorization: `Bearer ${access}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ message }),
        signal: AbortSignal.timeout(limits.deliveryMs),
      },
    )
    // A token that was taken back is asked for anew at the next attempt.
    if (response.status === 401) known.delete(FIREBASE_CREDENTIALS.client_email)
    const gone = response.status === 404 && (await response.clone().text()).includes(GONE)
    const result = await resultOf(response)
    return { gone, result: response.status === 401 ? { is: 'later', why: 'no access' } : result }
  } catch {
    return { result: { is: 'later', why: 'Firebase did not answer' }, gone: false }
  }
}

/** What Firebase says of one message: data for the app, and what the device shows by itself. */
function messageOf({ title, body, tag, threadId, count, total, read }: PushMessage) {
  const data = { tag, threadId, count: String(count), total: String(total), read: String(read) }
  // Data alone is shown by nobody: the app takes the notification away, woken for it (Apple's
  // content-available) where it is not running.
  if (read) return { data, apns: { payload: { aps: { badge: total, 'content-available': 1 } } } }
  return {
    data,
    notification: { title, body },
    android: { notification: { tag } },
    apns: {
      // Apple: one notification for each id; of up to 64 bytes.
      headers: { 'apns-collapse-id': tag.slice(0, 64) },
      payload: { aps: { badge: total, 'thread-id': tag } },
    },
  }
}

/** For an hour; asked for anew a little before it is over, or when this isolate is new. */
const known = new Map<string, { token: string; until: number }>()

async function accessTo(credentials: Credentials): Promise<string> {
  const { client_email: email, private_key: pem, token_uri: uri } = credentials
  const before = known.get(email)
  if (before && before.until > Date.now()) return before.token
  const assertion = await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(email)
    .setAudience(uri)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(await importPKCS8(pem, 'RS256'))
  const response = await fetch(uri, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion,
    }),
    signal: AbortSignal.timeout(limits.deliveryMs),
  })
  if (!response.ok) throw new Error(`no access to Firebase: ${response.status}`)
  const granted = (await response.json()) as { access_token: string; expires_in: number }
  const until = Date.now() + (granted.expires_in - 60) * 1000
  known.set(email, { token: granted.access_token, until })
  return granted.access_token
}

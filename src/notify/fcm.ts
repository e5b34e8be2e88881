// Firebase Cloud Messaging, HTTP v1: for devices whose app has a token of it instead of an endpoint.
// (firebase.google.com/docs/cloud-messaging/send/v1-api)
import { SignJWT, importPKCS8 } from 'jose'
import type { PushMessage } from '../contract/push.ts'
import { limits } from '../contract/limits.ts'
import { settingsOf } from '../env.ts'
import type { Env, Settings } from '../env.ts'
import { resultOf } from './channel.ts'
import type { Result } from './channel.ts'

type Credentials = NonNullable<Settings['FIREBASE_CREDENTIALS']>

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging'

/** Sends to one device. `gone`: it will never be there again. */
export async function sendFcm(
  env: Env,
  token: string,
  { title, body, tag, threadId, count, read }: PushMessage,
): Promise<{ result: Result; gone: boolean }> {
  const { FIREBASE_CREDENTIALS, FIREBASE_URL } = settingsOf(env)
  if (!FIREBASE_CREDENTIALS)
    return { result: { is: 'refused', why: 'Firebase is not set up' }, gone: false }
  // Data alone is shown by nobody: the app takes the notification away.
  const data = { tag, threadId, count: String(count), read: String(read) }
  const shown = { notification: { title, body }, android: { notification: { tag } } }
  const message = { token, data, ...(!read && shown) }
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
    return { gone: response.status === 404, result: await resultOf(response) }
  } catch {
    return { result: { is: 'later', why: 'Firebase did not answer' }, gone: false }
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

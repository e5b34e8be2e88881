// Somebody is away: a mail for all that waits, a push for each thread, nothing that was read by then.
import {
  createMessageBatch,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Delivery, Job } from '../../../src/contract/delivery.ts'
import type { Env } from '../../../src/env.ts'
import worker from '../../../src/index.ts'
import type { User } from '../../../src/objects/user.ts'
import { claim } from '../../../src/store/notify/deliveries.ts'
import { aPushDevice, base64url } from '../../push-device.ts'
import {
  aGroup,
  aThread,
  call,
  origin,
  refusal,
  send,
  signIn,
  socket,
  threadObject,
  userObject,
} from '../fixtures.ts'
import type { Someone } from '../fixtures.ts'
import { exports } from 'cloudflare:workers'

let people = 0

type Taken = { url: string; headers: Record<string, string>; body: string }
type Mail = {
  To: string
  Subject: string
  TextBody: string
  HtmlBody: string
  Headers: { Name: string; Value: string }[]
}

const eventually = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: 8000, interval: 50 })
const taken = async (part: string): Promise<Taken[]> => {
  const response = await env.OUTSIDE.fetch('http://control/')
  return ((await response.json()) as Taken[]).filter(({ url }) => url.includes(part))
}
type Answer = { status: number; text?: string; headers?: Record<string, string> }
const answerWith = (...answers: (number | Answer)[]) =>
  env.OUTSIDE.fetch('http://control/', {
    method: 'POST',
    body: JSON.stringify(answers.map((one) => (typeof one === 'number' ? { status: one } : one))),
  })

/** A job for a mail, as the person's object puts it on the queue. */
const aMail = (user: Someone, ...threadIds: string[]): Job => ({
  ...{ channel: 'email', key: `mail-${++people}`, userId: user.id, threadIds },
})

/** One batch, as the platform hands it over. */
async function consumed(...bodies: unknown[]) {
  const timestamp = new Date()
  const messages = bodies.map((body, n) => ({ id: `message-${n}`, timestamp, attempts: 1, body }))
  await worker.queue(createMessageBatch('skein-deliveries', messages), env as unknown as Env)
}

const admin = await signIn('Ada', { role: 'admin' })
async function deliveriesTo({ id }: Someone): Promise<Delivery[]> {
  const path = '/admin/deliveries?limit=100'
  const { body } = await call<{ items: Delivery[] }>(admin, 'GET', path)
  return body.items.filter(({ recipient }) => recipient === id)
}

const mailsTo = async (to: string): Promise<Mail[]> =>
  (await taken('postmark.example'))
    .map(({ body }) => JSON.parse(decoded(body)) as Mail)
    .filter(({ To }) => To === to)
/** Bytes, as they were kept, as UTF-8. */
const bytesOf = (kept: string) => Uint8Array.from(kept, (sign) => sign.charCodeAt(0))
const decoded = (kept: string) => new TextDecoder().decode(bytesOf(kept))

const person = (name: string) => signIn(name, { email: `${name.toLowerCase()}@mail.example` })
const somebody = async (name: string) => {
  const email = `${name.toLowerCase()}-${++people}@mail.example`
  const user = await signIn(name, { email })
  // Whoever was never here has no address.
  await call(user, 'GET', '/me')
  return { ...user, email }
}

/** What is due at somebody's, whenever that is, is due now. */
async function timePasses(user: Someone, kinds = "'push', 'mail'"): Promise<void> {
  await runInDurableObject(userObject(user), async (_object, { storage }) => {
    storage.sql.exec(`UPDATE due SET at = 0 WHERE kind IN (${kinds})`)
    await storage.setAlarm(Date.now())
  })
  await runDurableObjectAlarm(userObject(user))
}

/** The thread's outbox is emptied, and whoever it may call knows. */
async function called(threadId: string, user: Someone): Promise<void> {
  await runDurableObjectAlarm(threadObject(threadId))
  await eventually(async () => expect(await knows(user, threadId)).toBe(true))
}

const knows = (user: Someone, threadId: string) =>
  runInDurableObject(userObject(user), (_object, { storage }) => {
    const look = `SELECT 1 FROM mailing WHERE thread_id = ?1
      UNION SELECT 1 FROM due WHERE kind = 'push' AND key = ?1`
    return storage.sql.exec(look, threadId).toArray().length > 0
  })

const dueAt = (user: Someone) =>
  runInDurableObject(userObject(user), (_object, { storage }) =>
    storage.sql
      .exec<{ kind: string; at: number }>(
        "SELECT kind, at FROM due WHERE kind IN ('push', 'mail') ORDER BY kind",
      )
      .toArray(),
  )

const downNow = () => Promise.reject(new Error('the queue is down'))

beforeEach(() => answerWith())

describe('a mail', () => {
  test('tells what waits in all threads, once, with a way to end it', async () => {
    const [alice, bob] = [await person('Alice'), await somebody('Bob')]
    const direct = await aThread(alice, [bob])
    const group = await aGroup(alice, [bob], { title: 'Picnic <1>' })
    for (let n = 1; n <= 20; n++) await send(alice, direct.id, `Message ${n} & more`)
    await send(alice, group.id, 'Bring bread')
    await called(direct.id, bob)
    await called(group.id, bob)
    for (const object of [userObject(bob), threadObject(direct.id)])
      await evictDurableObject(object)
    await timePasses(bob)
    const [mail] = await eventually(async () => {
      const all = await mailsTo(bob.email)
      expect(all.length).toBe(1)
      return all
    })
    expect(mail).toMatchObject({
      Subject: '21 new messages from 2 conversations',
      TextBody: expect.stringContaining('Alice: 20 new messages\nAlice: Message 20 & more'),
      HtmlBody: expect.stringContaining('Picnic &#60;1&#62;: 1 new message'),
    })
    expect(mail?.TextBody).toContain(`https://chat.example/threads/${group.id}`)
    const header = (name: string) => mail?.Headers.find(({ Name }) => Name === name)?.Value
    expect(header('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click')
    const link = (header('List-Unsubscribe') ?? '').slice(1, -1)
    expect(link).toMatch(/^https:\/\/chat\.example\/v1\/unsubscribe\?/)
    const [{ headers = {} } = {}] = await taken('postmark.example')
    expect(headers['x-postmark-server-token']).toBe('postmark-key')

    // One click, by the mail program itself.
    const path = link.slice('https://chat.example'.length)
    const forged = await exports.default.fetch(`${origin}${path}x`, { method: 'POST' })
    expect(forged.status).toBe(403)
    const page = await exports.default.fetch(origin + path)
    expect(await page.text()).toContain('<button>')
    const click = await exports.default.fetch(origin + path, {
      method: 'POST',
      body: 'List-Unsubscribe=One-Click',
    })
    expect(click.status).toBe(200)
    const { body } = await call(bob, 'GET', '/notifications/preferences')
    expect(body).toMatchObject({ emailEnabled: false })
    await send(alice, direct.id, 'Another')
    await runDurableObjectAlarm(threadObject(direct.id))
    await timePasses(bob)
    expect((await mailsTo(bob.email)).length).toBe(1)
  })

  test('is not sent for what was read by then, and waits while somebody is there', async () => {
    const [alice, bob] = [await person('Alice'), await somebody('Bob')]
    const { id } = await aThread(alice, [bob])
    await send(alice, id, 'Read at once')
    await called(id, bob)
    await call(bob, 'POST', `/threads/${id}/read`)
    await timePasses(bob)
    await send(alice, id, 'Not read')
    await called(id, bob)
    const phone = await socket(bob)
    await timePasses(bob)
    expect((await dueAt(bob)).map(({ kind }) => kind)).toContain('mail')
    expect(await mailsTo(bob.email)).toEqual([])
    phone.close()
    await phone.closed
    await timePasses(bob)
    await eventually(async () =>
      expect((await mailsTo(bob.email)).map(({ Subject }) => Subject)).toEqual([
        '1 new message from Alice',
      ]),
    )
  })

  test('says what is there when it goes out, and nothing that was read or taken back', async () => {
    const [alice, bob] = [await person('Alice'), await somebody('Bob')]
    const [direct, group] = [
      await aThread(alice, [bob]),
      await aGroup(alice, [bob], { title: 'Picnic' }),
    ]
    const secret = await send(alice, direct.id, 'Taken back')
    const second = await send(alice, direct.id, 'Read on')
    await send(alice, group.id, 'Read in time')
    await call(alice, 'DELETE', `/messages/${secret.id}`)
    await call(alice, 'PATCH', `/messages/${second.id}`, { content: 'Read me' })
    await call(bob, 'POST', `/threads/${group.id}/read`)
    await consumed(aMail(bob, direct.id, group.id))
    const [mail] = await mailsTo(bob.email)
    expect(mail?.Subject).toBe('1 new message from Alice')
    expect(mail?.TextBody).toContain('Alice: Read me')
    expect(mail?.TextBody).not.toMatch(/Taken back|Picnic/)
    // Of the other one, nothing is left to be told.
    const dropped = aMail(bob, group.id)
    await consumed(dropped)
    expect((await mailsTo(bob.email)).length).toBe(1)
    expect(await deliveriesTo(bob)).toMatchObject([
      { id: dropped.key, status: 'dropped', error: expect.stringContaining('read') },
      { channel: 'email', status: 'delivered', kept: null },
    ])
  })

  test('goes out once, however often its job comes and whoever is killed with it', async () => {
    const [alice, bob] = [await person('Alice'), await somebody('Bob')]
    const { id } = await aThread(alice, [bob])
    await send(alice, id, 'Hello')
    const [twice, killed] = [aMail(bob, id), aMail(bob, id)]
    await consumed(twice, twice)
    await consumed(twice)
    expect((await mailsTo(bob.email)).length).toBe(1)
    await claim(env.DB, killed, bob.id, Date.now() - 61_000)
    await consumed(killed)
    expect((await mailsTo(bob.email)).length).toBe(2)
  })

  test('is sent after the queue failed and its object was evicted, to mail and devices alike', async () => {
    const [alice, bob] = [await person('Alice'), await somebody('Bob')]
    const phone = await aBrowser(bob)
    const { id } = await aThread(alice, [bob])
    await send(alice, id, 'Hello')
    await called(id, bob)
    await runInDurableObject(userObject(bob), (object: User) => {
      Object.assign(object.away, { env: { ...env, DELIVERIES: { sendBatch: downNow } } })
    })
    await timePasses(bob)
    expect((await dueAt(bob)).map(({ kind }) => kind)).toEqual(['mail', 'push'])
    await evictDurableObject(userObject(bob))
    await timePasses(bob)
    await eventually(async () => {
      expect((await mailsTo(bob.email)).length).toBe(1)
      expect((await phone.sent()).length).toBe(1)
    })
    expect(await dueAt(bob)).toEqual([])
  })

  test('is not sent for those who are blocked or muted, but for what mentions one through it', async () => {
    const [alice, bob, cy] = [await person('Alice'), await somebody('Bob'), await somebody('Cy')]
    const { id } = await aGroup(alice, [bob, cy], { title: 'Loud' })
    await call(bob, 'PUT', `/blocks/${alice.id}`)
    await call(cy, 'POST', `/threads/${id}/mute`, { duration: 'forever' })
    await call(cy, 'PATCH', '/notifications/preferences', { mentionsThroughMute: true })
    await send(alice, id, 'Hello all')
    await runDurableObjectAlarm(threadObject(id))
    await send(alice, id, `Hello Cy`, { mentions: [cy.id] })
    await called(id, cy)
    expect(await dueAt(bob)).toEqual([])
    await timePasses(cy)
    await eventually(async () =>
      expect((await mailsTo(cy.email)).map(({ Subject }) => Subject)).toEqual([
        '1 new message from Loud',
      ]),
    )
  })

  test('is tried again while the provider fails, and is then sent once', async () => {
    const [alice, bob] = [await person('Alice'), await somebody('Bob')]
    const { id } = await aThread(alice, [bob])
    await send(alice, id, 'Hello')
    await called(id, bob)
    await answerWith(500, 500, 429)
    await timePasses(bob)
    await eventually(async () =>
      expect(await deliveriesTo(bob)).toMatchObject([
        { channel: 'email', status: 'delivered', attempts: 4 },
      ]),
    )
    expect((await mailsTo(bob.email)).length).toBe(4)
  })

  test('is not sent of threads that are to tell nothing, nor of what mentions nobody', async () => {
    const [alice, bob] = [await person('Alice'), await somebody('Bob')]
    const [none, some, all] = [
      await aGroup(alice, [bob], { title: 'None' }),
      await aGroup(alice, [bob], { title: 'Some' }),
      await aGroup(alice, [bob], { title: 'All' }),
    ]
    const path = '/notifications/preferences'
    const threads = { [none.id]: 'none', [some.id]: 'mentions', [all.id]: 'all' }
    const { body } = await call(bob, 'PATCH', path, { threads })
    expect(body).toMatchObject({ threads: { [none.id]: 'none', [some.id]: 'mentions' } })
    for (const { id } of [none, some, all]) {
      await send(alice, id, 'To all')
      await send(alice, id, 'To Bob', id === all.id ? {} : { mentions: [bob.id] })
      await called(id, bob)
    }
    await timePasses(bob)
    const [mail] = await eventually(async () => {
      const sent = await mailsTo(bob.email)
      expect(sent.length).toBe(1)
      return sent
    })
    expect(mail?.Subject).toBe('3 new messages from 2 conversations')
    expect(mail?.TextBody).toContain('Some: 1 new message')
    const refused = await call(bob, 'PATCH', path, { threads: { [none.id]: 'perhaps' } })
    expect(refusal(refused)).toEqual([400, 'invalid'])
    await call(bob, 'PATCH', path, { threads: { [none.id]: 'all', [some.id]: 'all' } })
    expect((await call(bob, 'GET', path)).body).toMatchObject({ threads: {} })
  })

  test('is held back in quiet hours, and not lost', async () => {
    const [alice, bob] = [await person('Alice'), await somebody('Bob')]
    const { id } = await aThread(alice, [bob])
    const day = [{ from: '00:00', to: '00:00' }]
    const days = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day }
    const change = { quietHours: { zone: 'Europe/Paris', days } }
    const { body } = await call(bob, 'PATCH', '/notifications/preferences', change)
    expect(body).toMatchObject(change)
    await send(alice, id, 'In the night')
    await called(id, bob)
    await timePasses(bob)
    const [due] = await dueAt(bob)
    expect(due?.at).toBeGreaterThan(Date.now() + 3_600_000)
    expect(await mailsTo(bob.email)).toEqual([])
    await call(bob, 'PATCH', '/notifications/preferences', { quietHours: null })
    await timePasses(bob)
    await eventually(async () => expect((await mailsTo(bob.email)).length).toBe(1))
    const bad = { quietHours: { zone: 'Mars/Olympus', days: {} } }
    const refused = await call<{ error: { message: string } }>(
      ...([bob, 'PATCH', '/notifications/preferences', bad] as const),
    )
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      expect.stringContaining('Europe/Paris'),
    ])
  })
})

async function aBrowser(user: Someone, host = `push${++people}.example`) {
  const { keys, open } = await aPushDevice()
  const endpoint = `https://${host}/device`
  const made = await call(user, 'POST', '/push/subscriptions', { endpoint, keys })
  return { endpoint, made, sent: () => taken(host), open: (kept: string) => open(bytesOf(kept)) }
}

describe('a push', () => {
  test('is for one device’s eyes, signed by this server, and replaced when the thread was read', async () => {
    const [alice, bob] = [await person('Alice'), await signIn('Bob')]
    const phone = await aBrowser(bob)
    expect(phone.made.status).toBe(201)
    const { id } = await aThread(alice, [bob])
    await send(alice, id, 'Hello')
    await send(alice, id, 'Are you there?')
    await called(id, bob)
    await evictDurableObject(userObject(bob))
    await timePasses(bob)
    const [first] = await eventually(async () => {
      const all = await phone.sent()
      expect(all.length).toBe(1)
      return all
    })
    expect(await phone.open(first?.body ?? '')).toEqual({
      ...{ tag: id, threadId: id, count: 2, total: 2, read: false },
      ...{ title: 'Alice', body: 'Are you there?' },
    })
    // RFC 8292: whom it is for, who asks, and the key that the browser subscribed with.
    const [, jwt = '', key = ''] =
      /^vapid t=([^,]+), ?k=(.+)$/.exec(first?.headers['authorization'] ?? '') ?? []
    const known = await call<{ publicKey: string }>(bob, 'GET', '/push/key')
    expect(key).toBe(known.body.publicKey)
    const point = bytesOf(atob(key.replaceAll('-', '+').replaceAll('_', '/')))
    const [x, y] = [base64url(point.slice(1, 33)), base64url(point.slice(33))]
    const publicKey = await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256')
    expect(decodeProtectedHeader(jwt).alg).toBe('ES256')
    const { payload } = await jwtVerify(jwt, publicKey)
    expect(payload).toMatchObject({
      ...{ aud: new URL(phone.endpoint).origin, sub: 'mailto:ops@chat.example' },
    })

    const page = await socket(bob)
    await page.ask('thread.read', { threadId: id })
    await eventually(async () => {
      await timePasses(bob)
      expect((await phone.sent()).length).toBe(2)
    })
    const all = await phone.sent()
    expect(await phone.open(all[1]?.body ?? '')).toMatchObject({
      tag: id,
      read: true,
      count: 0,
      total: 0,
    })
    await timePasses(bob)
    expect((await phone.sent()).length).toBe(2)
  })

  test('of a thread that was read in time is dropped, and one taken back is not told', async () => {
    const [alice, bob] = [await person('Alice'), await signIn('Bob')]
    const phone = await aBrowser(bob)
    const { id: threadId } = await aThread(alice, [bob])
    const { endpoint } = phone
    const job = (read: boolean): Job => ({
      ...{ channel: 'push', key: `push-${++people}`, userId: bob.id, endpoint, threadId, read },
    })
    await send(alice, threadId, 'First')
    const last = await send(alice, threadId, 'Taken back')
    await call(alice, 'DELETE', `/messages/${last.id}`)
    await consumed(job(false))
    const [shown] = await phone.sent()
    expect(await phone.open(shown?.body ?? '')).toMatchObject({ body: 'First', count: 1 })
    await call(bob, 'POST', `/threads/${threadId}/read`)
    await consumed(job(false))
    expect((await phone.sent()).length).toBe(1)
    expect((await deliveriesTo(bob)).map(({ status }) => status)).toEqual(['dropped', 'delivered'])
  })

  test('goes to apps by Firebase, until their token is gone', async () => {
    const [alice, bob] = [await person('Alice'), await signIn('Bob')]
    const fcmToken = `token-of-${bob.id.replaceAll(/\W/g, '_')}-0123456789`
    const made = await call(bob, 'POST', '/push/subscriptions', { fcmToken })
    expect([made.status, made.body]).toEqual([201, { endpoint: `fcm:${fcmToken}` }])
    const { id } = await aThread(alice, [bob])
    const sent = async () =>
      (await taken('fcm.example')).filter(({ body }) => body.includes(fcmToken))
    await send(alice, id, 'Hello')
    await called(id, bob)
    await timePasses(bob)
    await eventually(async () => expect((await sent()).length).toBe(1))
    const [{ url = '', headers = {}, body = '' } = {}] = await sent()
    expect(url).toBe('http://fcm.example/v1/projects/chat/messages:send')
    expect(headers['authorization']).toBe('Bearer granted')
    expect(JSON.parse(body)).toMatchObject({
      message: {
        token: fcmToken,
        notification: { title: 'Alice', body: 'Hello' },
        data: { tag: id, read: 'false', count: '1' },
      },
    })
    const statusOf = async (status: number) => {
      await answerWith({ status, text: status === 404 ? '{"error": "no such project"}' : '' })
      await send(alice, id, `After ${status}`)
      await called(id, bob)
      await timePasses(bob)
    }
    // Access that was taken back is asked for anew; a project that is not there is nobody's token.
    await statusOf(401)
    await eventually(async () => expect((await sent()).length).toBe(3))
    await statusOf(404)
    await eventually(async () => expect((await sent()).length).toBe(4))
    expect(await userObject(bob).subscription(`fcm:${fcmToken}`)).not.toBe(null)
    const unregistered = { error: { details: [{ errorCode: 'UNREGISTERED' }] } }
    await answerWith({ status: 404, text: JSON.stringify(unregistered) })
    await send(alice, id, 'Still there?')
    await called(id, bob)
    await timePasses(bob)
    await eventually(async () =>
      expect(await userObject(bob).subscription(`fcm:${fcmToken}`)).toBe(null),
    )
    const neither = await call(bob, 'POST', '/push/subscriptions', {})
    expect(refusal(neither)).toEqual([400, 'invalid'])
  })

  test('waits for a device in use to show it, and is dropped when it was read there', async () => {
    const [alice, bob] = [await person('Alice'), await signIn('Bob')]
    const phone = await aBrowser(bob)
    const page = await socket(bob)
    const { id } = await aThread(alice, [bob])
    await send(alice, id, 'Hello')
    await called(id, bob)
    await timePasses(bob)
    expect((await dueAt(bob)).map(({ kind }) => kind)).toEqual(['push'])
    await page.ask('thread.read', { threadId: id })
    await timePasses(bob)
    expect(await phone.sent()).toEqual([])
    expect(await dueAt(bob)).toEqual([])
  })

  test('to a device that is gone is the last one; the others go on', async () => {
    const [alice, bob] = [await person('Alice'), await signIn('Bob')]
    const gone = await aBrowser(bob)
    const { id } = await aThread(alice, [bob])
    await answerWith(410)
    await send(alice, id, 'Hello')
    await called(id, bob)
    await timePasses(bob)
    await eventually(async () => expect((await gone.sent()).length).toBe(1))
    await eventually(async () =>
      expect(await userObject(bob).subscription(gone.endpoint)).toBe(null),
    )
    const phone = await aBrowser(bob)
    await send(alice, id, 'Hello again')
    await called(id, bob)
    await timePasses(bob)
    await eventually(async () => expect((await phone.sent()).length).toBe(1))
    expect((await gone.sent()).length).toBe(1)
    const removal = { endpoint: phone.endpoint }
    const query = `?${new URLSearchParams(removal)}`
    expect((await call(bob, 'DELETE', `/push/subscriptions${query}`)).status).toBe(204)
    expect(await userObject(bob).subscription(phone.endpoint)).toBe(null)
  })

  test('is asked for at no private address, and with no wrong keys', async () => {
    const bob = await signIn('Bob')
    const near = await aBrowser(bob, '127.0.0.1')
    expect(refusal(near.made)).toEqual([422, 'forbidden_address'])
    const good = { p256dh: base64url(new Uint8Array(65)), auth: base64url(new Uint8Array(16)) }
    const plain = { endpoint: 'http://push.example/device', keys: good }
    expect(refusal(await call(bob, 'POST', '/push/subscriptions', plain))).toEqual([400, 'invalid'])
    for (const keys of [
      { p256dh: 'AAAA', auth: 'AAAA' },
      { p256dh: 'not base64', auth: base64url(new Uint8Array(16)) },
      {},
    ]) {
      const endpoint = 'https://push.example/device'
      const refused = await call(bob, 'POST', '/push/subscriptions', { endpoint, keys })
      expect(refusal(refused)).toEqual([400, 'invalid'])
    }
    // 65 bytes that are no point of the curve: this device's delivery fails, the queue goes on.
    const keys = {
      p256dh: base64url(new Uint8Array(65).fill(4)),
      auth: base64url(new Uint8Array(16)),
    }
    const endpoint = 'https://broken.example/device'
    await call(bob, 'POST', '/push/subscriptions', { endpoint, keys })
    const phone = await aBrowser(bob)
    const alice = await person('Alice')
    const { id } = await aThread(alice, [bob])
    await send(alice, id, 'Hello')
    await called(id, bob)
    await timePasses(bob)
    await eventually(async () => expect((await phone.sent()).length).toBe(1))
    await eventually(async () => {
      const path = '/admin/deliveries?status=failed'
      const { body } = await call<{ items: Delivery[] }>(admin, 'GET', path)
      expect(body.items.filter(({ recipient }) => recipient === bob.id).length).toBe(1)
    })
  })
})

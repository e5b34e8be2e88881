// Webhooks: signed, once, however often a message comes and whoever breaks off; given up in the end,
// and sent again by hand.
import {
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
  runDurableObjectAlarm,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { Webhook } from 'standardwebhooks'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Delivery, Job } from '../../../src/contract/delivery.ts'
import worker from '../../../src/index.ts'
import type { Env } from '../../../src/env.ts'
import { claim } from '../../../src/store/notify/deliveries.ts'
import { aThread, call, refusal, send, signIn, threadObject } from '../fixtures.ts'
import type { Someone } from '../fixtures.ts'

type Taken = { url: string; headers: Record<string, string>; body: string }
type Made = { id: string; secret: string; disabledAt: string | null }

const admin = await signIn('Ada', { role: 'admin' })

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

const eventually = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: 8000, interval: 50 })

let hooks = 0
async function aWebhook(events = ['MessageSent'], by: Someone = admin) {
  const url = `https://host${++hooks}.example/hook`
  const made = await call<Made>(by, 'POST', '/admin/webhooks', { url, events })
  expect(made.status).toBe(201)
  return { url, ...made.body }
}

async function said(content: string) {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aThread(alice, [bob])
  const message = await send(alice, id, content)
  await runDurableObjectAlarm(threadObject(id))
  return message
}

const deliveries = async (webhookId: string, status = '') => {
  const { body } = await call<{ items: Delivery[] }>(
    admin,
    'GET',
    `/admin/deliveries?limit=100${status && `&status=${status}`}`,
  )
  return body.items.filter(({ recipient }) => recipient === webhookId)
}

beforeEach(async () => {
  await answerWith()
  const { body } = await call<{ items: { id: string }[] }>(admin, 'GET', '/admin/webhooks')
  for (const { id } of body.items) await call(admin, 'DELETE', `/admin/webhooks/${id}`)
})

const aJob = (webhookId: string, key: string): Job => ({
  ...{ channel: 'webhook', key, webhookId },
  event: {
    ...{ id: key, type: 'MessageRead' },
    data: {
      ...{ messageId: 'm1', readBy: 'bob', readAt: '2026-01-01T00:00:00.000Z' },
      ...{ conversationId: 't1', messagesSinceLastRead: 1 },
    },
  },
})

/** One batch, as the platform hands it over. */
async function consumed(bodies: unknown[], queue = 'skein-deliveries') {
  const timestamp = new Date()
  const messages = bodies.map((body, n) => ({ id: `message-${n}`, timestamp, attempts: 1, body }))
  const batch = createMessageBatch(queue, messages)
  await worker.queue(batch, env as unknown as Env)
  return getQueueResult(batch, createExecutionContext())
}

describe('an event', () => {
  test('comes with a signature that its receiver checks', async () => {
    const hook = await aWebhook()
    const message = await said('Hello')
    const [got] = await eventually(async () => {
      const all = await taken(hook.url)
      expect(all.length).toBe(1)
      return all
    })
    const { headers = {}, body = '' } = got ?? {}
    const verified = new Webhook(hook.secret).verify(body, headers) as { data: object }
    expect(verified).toMatchObject({
      type: 'MessageSent',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: { messageId: message.id, content: 'Hello' },
    })
    // Any other secret, body or time is none of ours.
    const other = await aWebhook()
    expect(() => new Webhook(other.secret).verify(body, headers)).toThrow()
    expect(() => new Webhook(hook.secret).verify(`${body} `, headers)).toThrow()
    const late = { ...headers, 'webhook-timestamp': '1700000000' }
    expect(() => new Webhook(hook.secret).verify(body, late)).toThrow()
    await eventually(async () =>
      expect(await deliveries(hook.id)).toMatchObject([{ status: 'delivered', attempts: 1 }]),
    )
  })

  test('goes to those alone that asked for its type', async () => {
    const [sent, made] = [await aWebhook(['MessageSent']), await aWebhook(['ConversationCreated'])]
    await said('Hello')
    await eventually(async () => expect((await taken(made.url)).length).toBe(1))
    await eventually(async () => expect((await taken(sent.url)).length).toBe(1))
  })

  test('is tried again until it is taken, under the same id, and then no more', async () => {
    const hook = await aWebhook()
    await answerWith(500, 503, 404)
    await said('Are you there?')
    await eventually(async () =>
      expect(await deliveries(hook.id)).toMatchObject([{ status: 'delivered', attempts: 4 }]),
    )
    const all = await taken(hook.url)
    expect(all.length).toBe(4)
    expect(new Set(all.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  test('that nobody takes is a dead letter, listed, and sent again by hand', async () => {
    const hook = await aWebhook()
    await answerWith(500, 500, 500, 500, 500)
    await said('Hello?')
    const [dead] = await eventually(async () => {
      const all = await deliveries(hook.id, 'failed')
      expect(all).toMatchObject([{ attempts: 5, error: 'the answer was 500' }])
      return all
    })
    const path = `/admin/deliveries/${encodeURIComponent(dead?.id ?? '')}/retry`
    expect((await call(admin, 'POST', path)).status).toBe(200)
    await eventually(async () =>
      expect(await deliveries(hook.id)).toMatchObject([{ status: 'delivered', attempts: 1 }]),
    )
    const none = await call(admin, 'POST', '/admin/deliveries/nothing/retry')
    expect(refusal(none)).toEqual([404, 'not_found'])
  })
})

describe('the queue', () => {
  test('may bring a message twice, at once and later: it is handed over once', async () => {
    const hook = await aWebhook(['MessageRead'])
    const job = aJob(hook.id, 'twice')
    const first = await consumed([job, job])
    // Whoever came second waits for the first one's end.
    expect([first.explicitAcks.length, first.retryMessages.length]).toEqual([1, 1])
    expect((await consumed([job])).explicitAcks.length).toBe(1)
    expect((await taken(hook.url)).length).toBe(1)
  })

  test('loses nothing when its consumer ends in the middle', async () => {
    const hook = await aWebhook(['MessageRead'])
    const job = aJob(hook.id, 'killed')
    // It took the job, and was gone before it began.
    await claim(env.DB, job, hook.id, Date.now() - 61_000)
    expect((await consumed([job])).explicitAcks.length).toBe(1)
    expect((await taken(hook.url)).length).toBe(1)
    expect(await deliveries(hook.id)).toMatchObject([{ status: 'delivered', attempts: 2 }])
  })

  test('goes on after what is no job, and what breaks off each time is a dead letter', async () => {
    const hook = await aWebhook(['MessageRead'])
    const result = await consumed([{ nonsense: true }, 7, aJob(hook.id, 'after')])
    expect(result.explicitAcks.length).toBe(3)
    expect((await taken(hook.url)).length).toBe(1)
    await consumed([aJob(hook.id, 'dead')], 'skein-dead-letters')
    expect(await deliveries(hook.id, 'failed')).toMatchObject([
      { id: 'dead', error: expect.stringContaining('broke off') },
    ])
  })
})

describe('a webhook', () => {
  test('is for admins, shows its secret once, and is changed and removed', async () => {
    const hook = await aWebhook()
    expect(hook.secret).toMatch(/^whsec_/)
    const alice = await signIn('Alice', { role: 'moderator' })
    for (const [method, path] of [
      ['GET', '/admin/webhooks'],
      ['POST', '/admin/webhooks'],
      ['DELETE', `/admin/webhooks/${hook.id}`],
      ['GET', '/admin/deliveries'],
    ] as const)
      expect(refusal(await call(alice, method, path))).toEqual([403, 'forbidden'])
    const { body } = await call<{ items: object[] }>(admin, 'GET', '/admin/webhooks')
    expect(body.items).toMatchObject([{ id: hook.id, url: hook.url, failures: 0 }])
    expect(JSON.stringify(body)).not.toContain('whsec_')
    const rotated = await call<Made>(admin, 'POST', `/admin/webhooks/${hook.id}/rotate`)
    expect(rotated.body.secret).not.toBe(hook.secret)
    const change = { events: ['MessageRead', 'MessageRead'] }
    const changed = await call(admin, 'PATCH', `/admin/webhooks/${hook.id}`, change)
    expect(changed.body).toMatchObject({ url: hook.url, events: ['MessageRead'] })
    expect((await call(admin, 'DELETE', `/admin/webhooks/${hook.id}`)).status).toBe(204)
    const gone = await call(admin, 'DELETE', `/admin/webhooks/${hook.id}`)
    expect(refusal(gone)).toEqual([404, 'not_found'])
  })

  test('on a private address is refused, and nothing was even tried', async () => {
    const events = ['MessageSent']
    for (const url of [
      ...['http://127.0.0.1/hook', 'http://169.254.169.254/latest', 'https://10.0.0.1/'],
      ...['http://[::1]/', 'http://2130706433/', 'https://printer.local/', 'ftp://host.example/'],
    ]) {
      const made = await call(admin, 'POST', '/admin/webhooks', { url, events })
      expect([url, ...refusal(made)]).toEqual([url, 422, 'forbidden_address'])
    }
    const nonsense = await call(admin, 'POST', '/admin/webhooks', { url: 'nonsense', events })
    expect(refusal(nonsense)).toEqual([400, 'invalid'])
    // One that got in some other way is refused at its time, too.
    const hook = await aWebhook()
    await env.DB.prepare('UPDATE webhooks SET url = ? WHERE id = ?')
      .bind('http://127.0.0.1/hook', hook.id)
      .run()
    await said('Hello')
    await eventually(async () =>
      expect(await deliveries(hook.id)).toMatchObject([
        { status: 'failed', attempts: 1, error: expect.stringContaining('public internet') },
      ]),
    )
    expect(await taken('127.0.0.1')).toEqual([])
  })

  test('that sends its caller elsewhere is followed nowhere', async () => {
    const hook = await aWebhook()
    const away = { status: 302, headers: { Location: 'http://127.0.0.1/inside' } }
    await answerWith(...Array.from({ length: 5 }, () => away))
    await said('Go elsewhere')
    await eventually(async () =>
      expect(await deliveries(hook.id)).toMatchObject([
        { status: 'failed', error: 'the answer was 302' },
      ]),
    )
    expect(await taken('127.0.0.1')).toEqual([])
  })

  test('that takes nothing is disabled, admins hear of it, and a change enables it', async () => {
    const maker = await signIn('Max', { role: 'admin' })
    const hook = await aWebhook(['MessageSent'], maker)
    await answerWith(...Array.from({ length: 25 }, () => 410))
    for (let n = 0; n < 5; n++) {
      await said(`Nobody hears ${n}`)
      await eventually(async () => expect((await deliveries(hook.id, 'failed')).length).toBe(n + 1))
    }
    const now = async () => {
      const { body } = await call<{ items: Made[] }>(admin, 'GET', '/admin/webhooks')
      return body.items.find(({ id }) => id === hook.id)?.disabledAt
    }
    await eventually(async () => expect(await now()).toEqual(expect.any(String)))
    for (const one of [maker, admin]) {
      const { body } = await call<{ items: object[] }>(one, 'GET', '/notifications')
      expect(body.items).toMatchObject([{ type: 'webhook_disabled' }])
    }
    const before = (await taken(hook.url)).length
    await consumed([aJob(hook.id, `late for ${hook.id}`)])
    expect(await deliveries(hook.id)).toContainEqual(
      expect.objectContaining({ status: 'failed', error: 'the webhook is disabled' }),
    )
    expect((await taken(hook.url)).length).toBe(before)
    await call(admin, 'PATCH', `/admin/webhooks/${hook.id}`, {})
    expect(await now()).toBe(null)
    await answerWith()
    await said('Sent again')
    await eventually(async () => expect((await taken(hook.url)).length).toBe(before + 1))
  })
})

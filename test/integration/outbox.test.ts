// With nothing set up, mails and pushes are kept where their developer reads them; with the platform's
// own binding, mails go there.
import { createMessageBatch, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import type { Delivery, Job } from '../../src/contract/delivery.ts'
import type { Env } from '../../src/env.ts'
import worker from '../../src/index.ts'
import { aGroup, aThread, call, send, signIn, threadObject, userObject } from './fixtures.ts'

const admin = await signIn('Ada', { role: 'admin' })
const [alice, bob] = [await signIn('Alice'), await signIn('Bob', { email: 'bob@mail.example' })]
await call(bob, 'GET', '/me')

async function deliveries(): Promise<Delivery[]> {
  const { body } = await call<{ items: Delivery[] }>(admin, 'GET', '/admin/deliveries?limit=100')
  return body.items.filter(({ recipient }) => recipient === bob.id)
}

let jobs = 0
const aMail = (threadId: string): Job => ({
  ...{ channel: 'email', key: `mail-${++jobs}`, userId: bob.id, threadIds: [threadId] },
})

async function consumed(job: Job, EMAIL?: unknown) {
  const message = { id: job.key, timestamp: new Date(), attempts: 1, body: job }
  const batch = createMessageBatch('skein-deliveries', [message])
  await worker.queue(batch, { ...env, EMAIL } as unknown as Env)
}

test('a push and a mail to somebody who is away can be read by a developer', async () => {
  const fcmToken = 'a-registration-token-of-an-app'
  await call(bob, 'POST', '/push/subscriptions', { fcmToken })
  const { id } = await aThread(alice, [bob])
  await send(alice, id, 'Are you there?')
  await runDurableObjectAlarm(threadObject(id))
  const [push] = await vi.waitFor(
    async () => {
      await runDurableObjectAlarm(userObject(bob))
      const all = await deliveries()
      expect(all.length).toBe(1)
      return all
    },
    { timeout: 20_000, interval: 200 },
  )
  expect(push).toMatchObject({
    ...{ channel: 'push', about: id, status: 'delivered' },
    kept: { title: 'Alice', text: 'Are you there?' },
  })
  await consumed(aMail(id))
  expect(await deliveries()).toContainEqual(
    expect.objectContaining({
      channel: 'email',
      kept: {
        title: '1 new message from Alice',
        text: expect.stringContaining('Alice: Are you there?'),
      },
    }),
  )
})

test('a mail goes out by the platform’s binding, and again later where that fails', async () => {
  const { id } = await aGroup(alice, [bob], { title: 'Picnic' })
  await send(alice, id, 'By the binding')
  const sent: Record<string, unknown>[] = []
  const binding = { send: async (mail: Record<string, unknown>) => sent.push(mail) }
  const job = aMail(id)
  await consumed(job, binding)
  expect(sent).toMatchObject([
    {
      ...{ from: 'Skein <skein@localhost>', to: 'bob@mail.example' },
      ...{ subject: '1 new message from Picnic', text: expect.stringContaining('By the binding') },
      headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
    },
  ])
  const failing = aMail(id)
  await consumed(failing, { send: () => Promise.reject(new Error('too many mails today')) })
  const known = await deliveries()
  expect(known.find((one) => one.id === job.key)).toMatchObject({ status: 'delivered', kept: null })
  expect(known.find((one) => one.id === failing.key)).toMatchObject({
    ...{ status: 'pending', error: 'too many mails today' },
  })
})

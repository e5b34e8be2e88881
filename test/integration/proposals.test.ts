// Offers and booking requests: filled by the server, answered once, over in time, counted.
import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Metrics } from '../../src/contract/metrics.ts'
import type { Message } from '../../src/contract/message.ts'
import type { SyncPage } from '../../src/contract/thread.ts'
import {
  aGroup,
  aThread,
  call,
  readModel,
  refusal,
  send,
  signIn,
  socket,
  threadObject,
  threadSocket,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'

afterEach(() => {
  vi.useRealTimers()
})

const massage = {
  id: 'pkg123',
  name: 'Massage Relaxant',
  price: 80,
  currency: 'FCFA',
  duration: '1 hour',
}
const terms = {
  servicePackageId: 'pkg123',
  serviceName: 'Massage Relaxant',
  price: 80,
  currency: 'FCFA',
  duration: '1 hour',
}
const slot = { servicePackageId: 'pkg123', requestedDate: '2024-02-15', requestedTime: '14:30' }
const time = expect.stringMatching(/^\d{4}-.*Z$/)
const open = { state: 'open', expiresAt: time, decidedBy: null, decidedAt: null }

async function market() {
  const [anna, ben] = [await signIn('Anna'), await signIn('Ben')]
  await call(anna, 'PATCH', '/me', { servicePackages: [massage] })
  return { anna, ben, id: (await aThread(anna, [ben])).id }
}

const post = (user: Someone, threadId: string, body: object) =>
  call<Message>(user, 'POST', `/threads/${threadId}/messages`, body)
const offer = (user: Someone, threadId: string, more: object = {}) =>
  send(user, threadId, 'For you', {
    kind: 'service_offer',
    metadata: { servicePackageId: 'pkg123', ...more },
  })
const answer = (user: Someone, message: Message, word: 'accept' | 'decline' | 'withdraw') =>
  call<Message>(user, 'POST', `/messages/${message.id}/${word}`)

describe('a service offer', () => {
  test('is filled from its sender’s package, whatever the client says of it', async () => {
    const { anna, id } = await market()
    const sent = await offer(anna, id, { price: 1, serviceName: 'Cheap', note: 'kept' })
    expect(sent).toMatchObject({
      kind: 'service_offer',
      metadata: { ...terms, providerId: anna.id, note: 'kept' },
      proposal: open,
    })
    const days = (Date.parse(sent.proposal?.expiresAt ?? '') - Date.parse(sent.createdAt)) / 864e5
    expect(days).toBe(30)
    expect((await readModel(id)).messages).toMatchObject([
      { proposal: JSON.stringify(sent.proposal) },
    ])
    await evictDurableObject(threadObject(id))
    expect((await call(anna, 'GET', `/messages/${sent.id}`)).body).toEqual(sent)
  })

  test('of a package that the sender does not have is 404, and nothing is stored', async () => {
    const { anna, ben, id } = await market()
    for (const [user, servicePackageId] of [
      [anna, 'other'],
      [ben, 'pkg123'],
    ] as const) {
      const metadata = { servicePackageId }
      const refused = await post(user, id, { content: 'x', kind: 'service_offer', metadata })
      expect(refusal(refused)).toEqual([404, 'not_found'])
    }
    expect((await readModel(id)).messages).toEqual([])
  })

  test('sent again is answered by the first, though the package has changed since', async () => {
    const { anna, id } = await market()
    const body = {
      clientId: 'once',
      content: 'x',
      kind: 'service_offer',
      metadata: { servicePackageId: 'pkg123' },
    }
    const all = await Promise.all(Array.from({ length: 5 }, () => post(anna, id, body)))
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 201])
    await call(anna, 'PATCH', '/me', { servicePackages: [] })
    const again = await post(anna, id, body)
    expect([again.status, again.body]).toEqual([200, all[0]?.body])
    const other = await post(anna, id, { ...body, metadata: { servicePackageId: 'pkg9' } })
    expect(refusal(other)).toEqual([409, 'idempotency_mismatch'])
  })

  test('keeps its place among what one socket pipelines', async () => {
    const { anna, id } = await market()
    const wire = await socket(anna)
    const metadata = { servicePackageId: 'pkg123' }
    const inputs = [
      { content: 'one' },
      { content: 'two', kind: 'service_offer', metadata },
      { content: 'three' },
    ]
    wire.say(
      inputs.map((input, n) => ({ id: n, op: 'message.send', input: { threadId: id, ...input } })),
    )
    await Promise.all(inputs.map((_, n) => wire.answer(n)))
    const { body } = await call<{ items: Message[] }>(anna, 'GET', `/threads/${id}/messages`)
    expect(body.items.map(({ content }) => content)).toEqual(['one', 'two', 'three'])
    wire.close()
  })
})

describe('a booking request', () => {
  test('is filled from the package of whoever has it among the others', async () => {
    const { anna, ben } = await market()
    const { id } = await aGroup(ben, [await signIn('Cleo'), anna])
    const sent = await send(ben, id, 'Free?', { kind: 'booking_request', metadata: slot })
    expect(sent).toMatchObject({
      metadata: { ...terms, ...slot, providerId: anna.id },
      proposal: open,
    })
    const mine = { content: 'x', kind: 'booking_request', metadata: slot }
    expect(refusal(await post(anna, id, mine))).toEqual([404, 'not_found'])
  })

  test('is answered by whose service it is', async () => {
    const { anna, ben } = await market()
    const cleo = await signIn('Cleo')
    const { id } = await aGroup(ben, [cleo, anna])
    const sent = await send(ben, id, 'Free?', { kind: 'booking_request', metadata: slot })
    expect(refusal(await answer(cleo, sent, 'accept'))).toEqual([403, 'forbidden'])
    expect((await answer(anna, sent, 'accept')).body.proposal).toMatchObject({
      state: 'accepted',
      decidedBy: anna.id,
    })
  })

  test('can be looked up before it is made', async () => {
    const { anna, ben, id } = await market()
    const path = `/threads/${id}/packages/pkg123?kind=`
    const found = { ...massage, providerId: anna.id }
    expect((await call(ben, 'GET', `${path}booking_request`)).body).toEqual(found)
    expect((await call(anna, 'GET', `${path}service_offer`)).body).toEqual(found)
    expect(refusal(await call(ben, 'GET', `${path}service_offer`))).toEqual([404, 'not_found'])
    const stranger = await signIn('Eve')
    expect(refusal(await call(stranger, 'GET', `${path}booking_request`))).toEqual([
      404,
      'not_found',
    ])
  })
})

describe('an answer', () => {
  test('is told to everybody, stands for ever, and may be given twice', async () => {
    const { anna, ben, id } = await market()
    const sent = await offer(anna, id)
    const wires = [await threadSocket(anna, id), await socket(ben)]
    const { body: accepted } = await answer(ben, sent, 'accept')
    expect(accepted.proposal).toEqual({
      ...sent.proposal,
      state: 'accepted',
      decidedBy: ben.id,
      decidedAt: time,
    })
    for (const wire of wires) {
      expect((await wire.event('proposal.updated')).data).toEqual(accepted)
      wire.close()
    }
    await evictDurableObject(threadObject(id))
    expect((await answer(ben, sent, 'accept')).body).toEqual(accepted)
    expect(refusal(await answer(ben, sent, 'decline'))).toEqual([409, 'conflict'])
    expect(refusal(await answer(anna, sent, 'withdraw'))).toEqual([409, 'conflict'])
    const cursor = `${(await call<SyncPage>(ben, 'GET', `/threads/${id}/sync`)).body.epoch}.${sent.version}`
    const { body: page } = await call<SyncPage>(ben, 'GET', `/threads/${id}/sync?cursor=${cursor}`)
    expect(page.messages).toEqual([accepted])
  })

  test('comes from the others, a withdrawal from the author', async () => {
    const { anna, ben, id } = await market()
    const sent = await offer(anna, id)
    expect(refusal(await answer(anna, sent, 'accept'))).toEqual([403, 'forbidden'])
    expect(refusal(await answer(ben, sent, 'withdraw'))).toEqual([403, 'forbidden'])
    expect((await answer(anna, sent, 'withdraw')).body.proposal).toMatchObject({
      state: 'withdrawn',
      decidedBy: anna.id,
    })
    expect(refusal(await answer(ben, sent, 'accept'))).toEqual([409, 'conflict'])
    expect(refusal(await answer(await signIn('Eve'), sent, 'accept'))).toEqual([404, 'not_found'])
    expect(refusal(await answer(ben, await send(anna, id, 'hi'), 'accept'))).toEqual([
      409,
      'conflict',
    ])
  })

  test('of two at once, one is the first', async () => {
    const { anna, ben } = await market()
    const cleo = await signIn('Cleo')
    const { id } = await aGroup(anna, [ben, cleo])
    const sent = await offer(anna, id)
    const all = await Promise.all([answer(ben, sent, 'accept'), answer(cleo, sent, 'decline')])
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 409])
  })

  test('leaves the terms as they were', async () => {
    const { anna, ben, id } = await market()
    const sent = await offer(anna, id)
    const edit = (body: object) => call(anna, 'PATCH', `/messages/${sent.id}`, body)
    expect(refusal(await edit({ content: 'x', metadata: { price: 8 } }))).toEqual([
      403,
      'forbidden',
    ])
    expect((await edit({ content: 'For you alone' })).body).toMatchObject({ proposal: open })
    await answer(ben, sent, 'accept')
    expect(refusal(await edit({ content: 'Never said' }))).toEqual([409, 'conflict'])
  })

  test('is refused where there is a block between the two', async () => {
    const { anna, ben, id } = await market()
    const sent = await offer(anna, id)
    await call(anna, 'PUT', `/blocks/${ben.id}`)
    expect(refusal(await answer(ben, sent, 'accept'))).toEqual([403, 'blocked'])
  })
})

describe('the end of an offer', () => {
  test('comes with its time, after an eviction too', async () => {
    const { anna, ben, id } = await market()
    const at = new Date(Date.now() + 60_000).toISOString()
    const sent = await offer(anna, id, { expiresAt: at })
    expect(sent.proposal?.expiresAt).toBe(at)
    const past = { kind: 'service_offer', metadata: { servicePackageId: 'pkg123', expiresAt: at } }
    const wire = await socket(ben)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_001 })
    // Nobody is bound by an alarm that comes late.
    expect(refusal(await answer(ben, sent, 'accept'))).toEqual([409, 'conflict'])
    expect(refusal(await post(anna, id, { content: 'late', ...past }))).toEqual([400, 'invalid'])
    await evictDurableObject(threadObject(id))
    await runDurableObjectAlarm(threadObject(id))
    const { data } = await wire.event('proposal.updated')
    expect(data.proposal).toEqual({
      state: 'expired',
      expiresAt: at,
      decidedBy: null,
      decidedAt: time,
    })
    expect(refusal(await answer(ben, sent, 'decline'))).toEqual([409, 'conflict'])
    wire.close()
  })

  test('comes with that of a message that vanishes', async () => {
    const { anna, id } = await market()
    const metadata = { servicePackageId: 'pkg123' }
    await send(anna, id, 'For now', { kind: 'service_offer', metadata, expiresIn: 60 })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_001 })
    await runDurableObjectAlarm(threadObject(id))
    await runDurableObjectAlarm(threadObject(id))
    const [row] = (await readModel(id)).messages
    expect(row).toMatchObject({ content: null, deleted_at: expect.any(Number) })
    expect(JSON.parse(String(row?.['proposal']))).toMatchObject({
      state: 'expired',
      decidedBy: null,
    })
  })

  test('does not come to one that was answered', async () => {
    const { anna, ben, id } = await market()
    const sent = await offer(anna, id, { expiresAt: new Date(Date.now() + 60_000).toISOString() })
    await answer(ben, sent, 'accept')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    await runDurableObjectAlarm(threadObject(id))
    expect((await call<Message>(ben, 'GET', `/messages/${sent.id}`)).body.proposal).toMatchObject({
      state: 'accepted',
    })
  })
})

test('a forwarded offer is a copy that nobody can accept', async () => {
  const { anna, ben, id } = await market()
  const sent = await offer(anna, id)
  const cleo = await signIn('Cleo')
  type Forwarded = { items: { message: Message }[] }
  const { body } = await call<Forwarded>(ben, 'POST', `/messages/${sent.id}/forward`, {
    recipientIds: [cleo.id],
  })
  const copy = body.items[0]?.message
  if (!copy) throw new Error('nothing forwarded')
  expect([copy.metadata, copy.proposal]).toEqual([sent.metadata, undefined])
  expect(refusal(await answer(cleo, copy, 'accept'))).toEqual([409, 'conflict'])
})

test('metrics count what was made and what came of it', async () => {
  const root = await signIn('Root', { role: 'admin' })
  const count = async () => (await call<Metrics>(root, 'GET', '/admin/metrics')).body
  const before = (await count()).offers
  const { anna, ben, id } = await market()
  const offers = await Promise.all(
    ['a', 'b', 'c', 'd', 'e'].map((content) =>
      send(anna, id, content, {
        kind: 'service_offer',
        metadata: { servicePackageId: 'pkg123' },
      }),
    ),
  )
  const [a, b, c, d] = offers as [Message, Message, Message, Message]
  await answer(ben, a, 'accept')
  await answer(ben, b, 'decline')
  await answer(anna, c, 'withdraw')
  await call(anna, 'DELETE', `/messages/${d.id}`)
  await send(ben, id, 'Free?', { kind: 'booking_request', metadata: slot })
  const { offers: counted, bookingRequests } = await count()
  const grown = (name: 'made' | 'open' | 'accepted' | 'declined' | 'withdrawn' | 'expired') =>
    counted[name] - before[name]
  expect([grown('made'), grown('open'), grown('accepted')]).toEqual([5, 1, 1])
  expect([grown('declined'), grown('withdrawn'), grown('expired')]).toEqual([1, 2, 0])
  expect(counted.conversion).toBe(counted.accepted / counted.made)
  expect(bookingRequests).toMatchObject({
    open: expect.any(Number),
    conversion: expect.any(Number),
  })
})

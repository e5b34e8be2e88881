// Nothing that was acknowledged is lost, whatever ends the server.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Client, request, tokenOf } from './native.ts'
import type { Item } from './native.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

let server: TestServer
let alice: string
let bob: string

beforeAll(async () => {
  server = await startServer({ set: { MAX_MESSAGES_PER_MINUTE: '0', MAX_EVENTS_PER_MINUTE: '0' } })
  alice = await tokenOf('alice')
  bob = await tokenOf('bob')
})
afterAll(() => server.stop())

const seqsOf = (messages: Item[]) => messages.map((message) => message['seq'])

async function history(token: string, threadId: string): Promise<Item[]> {
  const messages: Item[] = []
  for (let after: number | undefined = 0; after !== undefined;) {
    const path = `/threads/${threadId}/messages?after=${after}&limit=100`
    const { body } = await request(server.url, token, 'GET', path)
    const items = body['items'] as Item[]
    messages.push(...items)
    after = items.length === 100 ? Number(items.at(-1)?.['seq']) : undefined
  }
  return messages
}

describe('kill -9', () => {
  it('keeps every acknowledged message, its order, and lets clients resume by cursor', async () => {
    const opened = await request(server.url, alice, 'POST', '/threads', { participants: ['bob'] })
    const threadId = String(opened.body['id'])
    const sender = await Client.open(server.url, alice)
    const reader = await Client.open(server.url, bob, `/v1/threads/${threadId}/ws`)
    const first = await reader.ask('thread.sync', { threadId })
    const { cursor } = first['ok'] as { cursor: string }

    const acknowledged: Item[] = []
    const sends = Array.from({ length: 300 }, (_, index) =>
      sender
        .ask('message.send', { threadId, clientId: `c${index}`, content: `message ${index}` })
        .then((answer) => acknowledged.push(answer['ok'] as Item)),
    )
    await Promise.all(sends.slice(0, 150))
    await server.kill()
    server = await server.restart()

    const kept = await history(bob, threadId)
    const byClientId = new Map(kept.map((message) => [message['clientId'], message]))
    expect(acknowledged.length).toBeGreaterThanOrEqual(150)
    for (const message of acknowledged)
      expect(byClientId.get(message['clientId'])).toMatchObject({
        id: message['id'],
        seq: message['seq'],
        content: message['content'],
      })
    expect(seqsOf(kept)).toEqual(kept.map((_, index) => index + 1))

    // The sender retries all it has; what was stored before the crash is answered, not doubled.
    const again = await Client.open(server.url, alice)
    await Promise.all(
      sends.map((_, index) =>
        again.ask('message.send', { threadId, clientId: `c${index}`, content: `message ${index}` }),
      ),
    )
    const whole = await history(bob, threadId)
    expect(seqsOf(whole)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1))

    const resumed = await Client.open(server.url, bob, `/v1/threads/${threadId}/ws`)
    const page = (await resumed.ask('thread.sync', { threadId, cursor }))['ok'] as {
      messages: Item[]
      more: boolean
    }
    expect(page.more).toBe(false)
    expect(page.messages).toEqual(whole)
    await Promise.all([again.close(), resumed.close()])
  })

  it('brings the read model up to date by itself', async () => {
    const carol = await tokenOf('carol')
    const opened = await request(server.url, alice, 'POST', '/threads', { participants: ['carol'] })
    const threadId = String(opened.body['id'])
    const sender = await Client.open(server.url, alice)
    await sender.ask('message.send', { threadId, content: 'before the power went' })
    await server.kill()
    server = await server.restart()

    // The alarm that was due writes what D1 lacks; asking again is all a reader can do.
    await expect
      .poll(async () => (await request(server.url, carol, 'GET', '/unread')).body['items'], {
        timeout: 20_000,
      })
      .toEqual([{ threadId, unread: 1, mentions: 0 }])
  })

  it('sends what was to be sent later once, also when its time came while nobody was there', async () => {
    const opened = await request(server.url, alice, 'POST', '/threads', { participants: ['cy'] })
    const threadId = String(opened.body['id'])
    const path = `/threads/${threadId}/messages`
    const sendAt = new Date(Date.now() + 1500).toISOString()
    const later = { content: 'Later', sendAt }
    const { status } = await request(server.url, alice, 'POST', path, later)
    expect(status).toBe(201)
    await server.kill()
    server = await server.restart()
    const said = async () => (await history(alice, threadId)).map(({ content }) => content)
    // Whoever comes wakes their own object, and with it what is due there.
    await request(server.url, alice, 'GET', '/scheduled')
    await expect.poll(said, { timeout: 20_000 }).toEqual(['Later'])
    await server.kill()
    server = await server.restart()
    await request(server.url, alice, 'GET', '/scheduled')
    const again = await Client.open(server.url, alice)
    await again.ask('message.send', { threadId, content: 'After it' })
    expect(await said()).toEqual(['Later', 'After it'])
  })
})

// Messages with a link get its preview afterwards, by an event.
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import type { SyncPage, Thread } from '../../src/contract/thread.ts'
import { tally } from '../../src/store/tally.ts'
import { aGroup, call, readModel, send, signIn, threadObject, threadSocket } from './fixtures.ts'
import { aPage, aWeb, answers, redirectTo } from './web.ts'
import type { WebPage } from './web.ts'

const [ann, ben] = [await signIn('Ann'), await signIn('Ben')]

afterEach(() => {
  vi.unstubAllGlobals()
})

let hosts = 0
const aHost = () => `https://linked-${++hosts}.example`

const said = (url: string, title: string) => ({
  url,
  title,
  description: null,
  image: null,
  siteName: null,
  favicon: null,
})

/** A page that answers when the test lets it. */
function aSlowPage(title: string) {
  const gate = Promise.withResolvers<void>()
  const page: WebPage = async (request) => {
    await gate.promise
    return aPage(`<title>${title}</title>`)(request)
  }
  return { page, open: gate.resolve }
}

const get = async (id: string) => (await call<Message>(ann, 'GET', `/messages/${id}`)).body

describe('a message with a link', () => {
  test('is answered without its preview, which comes as an update', async () => {
    const host = aHost()
    const { page, open } = aSlowPage('Page')
    const web = aWeb({ [`${host}/a`]: page })
    const thread = await aGroup(ann, [ben])
    const socket = await threadSocket(ben, thread.id)
    const message = await send(ann, thread.id, `look: ${host}/a.`)
    expect(message.preview).toBe(null)
    open()
    const { data, version } = await socket.event('message.updated')
    const expected = { ...message, version: data.version, preview: said(`${host}/a`, 'Page') }
    expect(data).toEqual(expected)
    expect(version).toBe(data.version)
    expect(data.version).toBeGreaterThan(message.version)
    expect(data.editedAt).toBe(null)
    expect(await get(message.id)).toEqual(expected)
    expect(web.asked).toEqual([`${host}/robots.txt`, `${host}/a`])

    const path = `/threads/${thread.id}`
    const cursor = `${thread.epoch}.${message.version}`
    const sync = await call<SyncPage>(ben, 'GET', `${path}/sync?cursor=${cursor}`)
    expect(sync.body.messages).toEqual([expected])
    const list = await call<{ items: Message[] }>(ben, 'GET', `${path}/messages`)
    expect(list.body.items).toEqual([expected])
    const history = await call<{ items: unknown[] }>(ann, 'GET', `/messages/${message.id}/history`)
    expect(history.body.items).toEqual([])

    await threadObject(thread.id).settle()
    const threads = await call<{ items: Thread[] }>(ben, 'GET', '/threads')
    expect(threads.body.items[0]?.lastMessage?.preview).toEqual(expected.preview)
  })

  test('in HTML gets that of its first link', async () => {
    const host = aHost()
    aWeb({ [`${host}/?a=1&b=2`]: aPage('<title>HTML</title>') })
    const thread = await aGroup(ann, [ben])
    const socket = await threadSocket(ben, thread.id)
    const content = `<p><a href="${host}/?a=1&amp;b=2">here</a> and https://other.example</p>`
    await send(ann, thread.id, content, { format: 'html' })
    const { data } = await socket.event('message.updated')
    expect(data.preview).toEqual(said(`${host}/?a=1&b=2`, 'HTML'))
  })

  test('writes rows for its preview alone', async () => {
    const host = aHost()
    aWeb({ [`${host}/`]: aPage('<title>t</title>') })
    // Somebody of their own: a fifth message of a minute is a row of the sender's.
    const cleo = await signIn('Cleo')
    const thread = await aGroup(cleo, [ben])
    const socket = await threadSocket(cleo, thread.id)
    await send(cleo, thread.id, 'the first one settles what a thread writes once')
    const rows = async (content: string) => {
      const before = tally.object
      await socket.ask('message.send', { threadId: thread.id, content })
      return tally.object - before
    }
    const plain = await rows('no link')
    const { page, open } = aSlowPage('slow')
    aWeb({ [`${host}/`]: page })
    expect(await rows(`link ${host}/`)).toBe(plain)
    const before = tally.object
    open()
    await socket.event('message.updated')
    // The message and its place in the index of touched ones.
    expect(tally.object - before).toBeLessThanOrEqual(3)
  })
})

describe('no preview, and no event,', () => {
  test.each([
    ['of a page that fails', answers(500)],
    ['of what is no page', aPage('x', 'image/png')],
    ['where a page leads to a private address', redirectTo('http://127.0.0.1/')],
  ])('%s', async (_, page) => {
    const host = aHost()
    const web = aWeb({ [`${host}/`]: page })
    const thread = await aGroup(ann, [ben])
    const socket = await threadSocket(ben, thread.id)
    const message = await send(ann, thread.id, `${host}/`)
    await settled(thread.id)
    expect(await get(message.id)).toEqual(message)
    expect(socket.names()).not.toContain('message.updated')
    expect(web.asked).toEqual([`${host}/robots.txt`, `${host}/`])
    expect((await readModel(thread.id)).messages[0]?.['preview']).toBe(null)
  })

  test.each([
    'http://127.0.0.1:8787/',
    'http://0x7f.1/',
    'http://169.254.169.254/',
    'http://a.local/',
  ])('of %s, and nothing is asked', async (link) => {
    const web = aWeb({})
    const thread = await aGroup(ann, [ben])
    const message = await send(ann, thread.id, `see ${link}`)
    await settled(thread.id)
    expect(await get(message.id)).toEqual(message)
    expect(web.asked).toEqual([])
  })
})

describe('an edit', () => {
  test('that keeps the link keeps its preview', async () => {
    const host = aHost()
    const web = aWeb({ [`${host}/`]: aPage('<title>kept</title>') })
    const thread = await aGroup(ann, [ben])
    const socket = await threadSocket(ben, thread.id)
    const message = await send(ann, thread.id, `one ${host}/`)
    await socket.event('message.updated')
    const content = `two ${host}/`
    const edited = await call<Message>(ann, 'PATCH', `/messages/${message.id}`, { content })
    expect(edited.body.preview).toEqual(said(`${host}/`, 'kept'))
    await settled(thread.id)
    expect(web.asked.length).toBe(2)
    expect(socket.names().filter((name) => name === 'message.updated').length).toBe(2)
  })

  test('that changes the link gets the new one’s, even while the old one is looked up', async () => {
    const [host, other] = [aHost(), aHost()]
    const old = aSlowPage('old')
    aWeb({ [`${host}/`]: old.page, [`${other}/`]: aPage('<title>new</title>') })
    const thread = await aGroup(ann, [ben])
    const socket = await threadSocket(ben, thread.id)
    const message = await send(ann, thread.id, `${host}/`)
    const content = `${other}/`
    const edited = await call<Message>(ann, 'PATCH', `/messages/${message.id}`, { content })
    expect(edited.body.preview).toBe(null)
    await socket.event('message.updated', ({ preview }) => preview?.title === 'new')
    old.open()
    await settled(thread.id)
    expect((await get(message.id)).preview).toEqual(said(`${other}/`, 'new'))
  })

  test('that takes the link out takes the preview, and a deletion too', async () => {
    const host = aHost()
    aWeb({ [`${host}/`]: aPage('<title>t</title>') })
    const thread = await aGroup(ann, [ben])
    const socket = await threadSocket(ben, thread.id)
    const first = await send(ann, thread.id, `${host}/`)
    const second = await send(ann, thread.id, `again ${host}/`)
    for (const { id } of [first, second])
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await socket.event('message.updated', (message) => message.id === id)
    const edited = await call<Message>(ann, 'PATCH', `/messages/${first.id}`, { content: 'none' })
    expect(edited.body.preview).toBe(null)
    await call(ann, 'DELETE', `/messages/${second.id}`)
    expect(await get(second.id)).toMatchObject({ content: null, preview: null })
    const { messages } = await readModel(thread.id)
    expect(messages.map((row) => row['preview'])).toEqual([null, null])
  })

  test('while it is looked up: a deleted message stays deleted', async () => {
    const host = aHost()
    const { page, open } = aSlowPage('late')
    aWeb({ [`${host}/`]: page })
    const thread = await aGroup(ann, [ben])
    const socket = await threadSocket(ben, thread.id)
    const message = await send(ann, thread.id, `${host}/`)
    await call(ann, 'DELETE', `/messages/${message.id}`)
    open()
    await settled(thread.id)
    expect(await get(message.id)).toMatchObject({ content: null, preview: null })
    expect(socket.names()).not.toContain('message.updated')
  })
})

describe('a thread that is cut off while it looks', () => {
  test('looks again when its alarm wakes it', async () => {
    const host = aHost()
    const lost = aSlowPage('lost')
    aWeb({ [`${host}/`]: lost.page })
    const thread = await aGroup(ann, [ben])
    const message = await send(ann, thread.id, `${host}/`)
    await abortAllDurableObjects()
    const again = aWeb({ [`${host}/`]: aPage('<title>found</title>') })
    const socket = await threadSocket(ben, thread.id)
    expect((await get(message.id)).preview).toBe(null)
    await runDurableObjectAlarm(threadObject(thread.id))
    const { data } = await socket.event('message.updated')
    expect(data.preview).toEqual(said(`${host}/`, 'found'))
    expect(again.asked).toContain(`${host}/`)
    lost.open()
  })

  test('has an alarm for as long as it owes something', async () => {
    const host = aHost()
    const slow = aSlowPage('slow')
    aWeb({ [`${host}/`]: slow.page })
    const thread = await aGroup(ann, [ben])
    await send(ann, thread.id, `${host}/`)
    const stub = threadObject(thread.id)
    const alarm = () => runInDurableObject(stub, (_, { storage }) => storage.getAlarm())
    expect(await alarm()).not.toBe(null)
    await runDurableObjectAlarm(stub)
    expect(await alarm()).not.toBe(null)
    slow.open()
    await settled(thread.id)
    while (await runDurableObjectAlarm(stub));
    expect(await alarm()).toBe(null)
  })

  test('looks at three pages at a time', async () => {
    const host = aHost()
    const slow = aSlowPage('slow')
    const links = [1, 2, 3, 4, 5].map((n) => `${host}/${n}`)
    const web = aWeb({
      [`${host}/robots.txt`]: answers(404),
      ...Object.fromEntries(links.map((link) => [link, slow.page])),
    })
    await call(ann, 'POST', '/previews', { url: `${host}/` })
    const thread = await aGroup(ann, [ben])
    const socket = await threadSocket(ben, thread.id)
    await Promise.all(links.map((link) => send(ann, thread.id, link)))
    await vi.waitFor(() => expect(web.asked.length).toBe(5))
    slow.open()
    for (const link of links)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await socket.event('message.updated', ({ preview }) => preview?.url === link)
    expect(web.asked.length).toBe(7)
  })
})

test('an import asks the web for nothing', async () => {
  const web = aWeb({})
  const admin = await signIn('Root', { role: 'admin' })
  const line = {
    log: 'old',
    line: 1,
    at: '2020-01-01T00:00:00Z',
    nick: 'x',
    text: 'https://a.example',
  }
  await call(admin, 'POST', '/admin/import?source=web', JSON.stringify(line), {
    'Content-Type': 'application/x-ndjson',
  })
  const list = await call<{ items: Thread[] }>(admin, 'GET', '/threads')
  const thread = list.body.items[0]
  expect(thread?.lastMessage?.preview).toBe(null)
  await settled(thread?.id ?? '')
  expect(web.asked).toEqual([])
})

/** Resolves when a thread owes no preview any more, and D1 has all of it. */
async function settled(threadId: string): Promise<void> {
  await vi.waitFor(async () => {
    const owed = await runInDurableObject(
      threadObject(threadId),
      (_, { storage }) =>
        storage.sql.exec(`SELECT count(*) AS n FROM messages WHERE preview = ''`).one()['n'],
    )
    expect(owed).toBe(0)
  })
  await threadObject(threadId).settle()
}

// How the marketplace document (seed 002) is read where it is silent or contradicts itself, and why.
import { describe, expect, test } from 'vitest'
import type { Metrics } from '../../src/contract/metrics.ts'
import {
  aGroup,
  aThread,
  call,
  passTime,
  send,
  signIn,
  threadObject,
} from '../integration/fixtures.ts'
import type { Someone } from '../integration/fixtures.ts'
import { aScene, ask, massage, refusal } from './marketplace/scene.ts'
import type { Listed, Shape } from './marketplace/scene.ts'

const C = '/api/conversations'
const M = '/api/messages'
const contents = ({ data }: Listed) => data.map(({ content }) => content)
const ids = ({ data }: Listed) => data.map(({ _id }) => _id)
const listOf = async (user: Someone, query = '') =>
  (await ask<Listed>(user, 'GET', `${C}${query}`)).body

describe('conversations', () => {
  // The document's service test: `create({participants: ['user1', 'user2'], type: 'direct'}, 'user1')`.
  test('of two are direct and one, whether or not the creator names themselves', async () => {
    const [anna, ben] = [await signIn('Anna'), await signIn('Ben')]
    const create = (participants: string[], more: object = {}) =>
      ask(anna, 'POST', C, { participants, type: 'direct', ...more })
    const first = await create([anna.id, ben.id])
    expect([first.status, first.body]).toMatchObject([
      201,
      { type: 'direct', participants: [anna.id, ben.id] },
    ])
    expect(first.body).not.toHaveProperty('groupName')
    const again = await create([ben.id])
    expect([again.status, again.body._id]).toEqual([200, first.body._id])
    const three = await create([ben.id, 'somebody'])
    expect([three.status, three.body]).toEqual([400, refusal(400)])
  })

  test('of more are groups, and their creator is groupAdmin', async () => {
    const [anna, ben, cleo] = [await signIn('Anna'), await signIn('Ben'), await signIn('Cleo')]
    const { body } = await ask(anna, 'POST', C, {
      participants: [ben.id, cleo.id],
      groupName: 'The <b>three</b>',
      groupAvatar: 'https://a.example/three.png',
    })
    expect(body).toMatchObject({
      type: 'group',
      groupName: 'The ‹b›three‹/b›',
      groupAvatar: 'https://a.example/three.png',
      groupAdmin: anna.id,
      participants: [anna.id, ben.id, cleo.id],
    })
  })

  // "Group admins have additional permissions": name, avatar and members are theirs.
  test('of a group are changed by its admins', async () => {
    const [anna, ben, cleo] = [await signIn('Anna'), await signIn('Ben'), await signIn('Cleo')]
    const { id } = await aGroup(anna, [ben], { metadata: { colour: 'red' } })
    const change = { groupName: 'New', groupAvatar: 'https://a.example/a.png' }
    const refused = await ask(ben, 'PUT', `${C}/${id}`, change)
    expect([refused.status, refused.body]).toEqual([403, refusal(403)])
    expect((await ask(anna, 'PUT', `${C}/${id}`, change)).body).toMatchObject(change)
    // What other clients keep there stays.
    const { body: native } = await call(anna, 'GET', `/threads/${id}`)
    expect(native['metadata']).toEqual({ colour: 'red', avatarUrl: 'https://a.example/a.png' })
    const only = await ask(anna, 'PUT', `${C}/${id}`, { participants: [cleo.id] })
    expect(only.body).toMatchObject({ participants: [anna.id, cleo.id], groupName: 'New' })
    expect((await ask(ben, 'GET', `${C}/${id}`)).status).toBe(403)
    const direct = await aThread(anna, [ben])
    const none = await ask(anna, 'PUT', `${C}/${direct.id}`, { groupName: 'Us' })
    expect([none.status, none.body]).toEqual([400, refusal(400)])
  })

  // archivedBy and deletedBy are maps of people: each for the caller alone.
  test('are archived for the caller, until the next message', async () => {
    const { anna, ben, id } = await aScene()
    await ask(anna, 'PUT', `${C}/${id}/archive`)
    expect([ids(await listOf(anna)), ids(await listOf(anna, '?archived=true'))]).toEqual([[], [id]])
    expect(ids(await listOf(ben))).toEqual([id])
    await ask(anna, 'PUT', `${C}/${id}/unarchive`)
    expect(ids(await listOf(anna))).toEqual([id])
  })

  test('are deleted for the caller; a message brings them back, from that message on', async () => {
    const { anna, ben, id: direct } = await aScene()
    const { id: group } = await aGroup(anna, [ben])
    await send(ben, group, 'before')
    for (const id of [direct, group]) {
      expect((await ask(anna, 'DELETE', `${C}/${id}`)).status).toBe(204)
      expect(ids(await listOf(anna))).not.toContain(id)
      expect(ids(await listOf(ben))).toContain(id)
      await send(ben, id, 'after')
      expect(ids(await listOf(anna))).toContain(id)
      const { body } = await ask<Listed>(anna, 'GET', `${C}/${id}/messages`)
      expect([contents(body), body.pagination]).toMatchObject([['after'], { total: 1 }])
    }
  })

  test('page by page and by cursor, with how many there are', async () => {
    const anna = await signIn('Anna')
    const made: string[] = []
    for (let n = 0; n < 5; n++) made.push((await aGroup(anna, [], { title: `g${n}` })).id)
    const [a, b, c, d, e] = made
    const page = async (query: string) => {
      const found = await listOf(anna, query)
      return [ids(found), found.pagination] as const
    }
    const [first, at] = await page('?limit=2')
    expect([first, at]).toEqual([
      [e, d],
      { page: 1, limit: 2, total: 5, hasMore: true, nextCursor: expect.any(String) },
    ])
    expect((await page(`?limit=2&cursor=${at['nextCursor']}`))[0]).toEqual([c, b])
    const [second, then] = await page('?limit=2&page=2')
    expect(second).toEqual([c, b])
    expect(await page(`?limit=2&cursor=${then['nextCursor']}`)).toEqual([
      [a],
      { page: 1, limit: 2, total: 5, hasMore: false, nextCursor: null },
    ])
    expect(await page('?limit=2&page=3')).toMatchObject([[a], { page: 3, hasMore: false }])
    expect(await page('?page=4&limit=2')).toMatchObject([[], { total: 5, hasMore: false }])
  })
})

describe('messages', () => {
  // "Messages: 50 per page (configurable, max 100)", "infinite scroll support with cursors".
  test('page newest first, oldest first inside, by page and by cursor, without the deleted', async () => {
    const { anna, ben, id } = await aScene()
    const sent = []
    for (let n = 1; n <= 6; n++) sent.push(await send(n % 2 ? anna : ben, id, `m${n}`))
    await ask(ben, 'DELETE', `${M}/${sent[3]?.id}`)
    const page = async (query: string) => {
      const { body } = await ask<Listed>(anna, 'GET', `${C}/${id}/messages?${query}`)
      return [contents(body), body.pagination] as const
    }
    const [first, at] = await page('limit=3')
    expect([first, at]).toEqual([
      ['m3', 'm5', 'm6'],
      { page: 1, limit: 3, total: 7, hasMore: true, nextCursor: expect.any(String) },
    ])
    const older = ['theirs', 'm1', 'm2']
    // What comes meanwhile moves pages, and no cursor.
    await send(anna, id, 'm7')
    expect((await page(`limit=3&cursor=${at['nextCursor']}`))[0]).toEqual(older)
    expect((await page('limit=3&page=2'))[0]).toEqual(['m1', 'm2', 'm3'])
    const [last, end] = await page('limit=4&page=2')
    expect([last, end]).toMatchObject([
      ['mine', 'theirs', 'm1', 'm2'],
      { total: 8, hasMore: false, nextCursor: null },
    ])
    expect((await page('limit=1000'))[1]).toMatchObject({ limit: 100 })
  })

  // "reactions: ObjectId[]; reactionTypes: Map<string, string>" hold one for each person.
  test('have one reaction of each person: a second replaces the first', async () => {
    const { anna, ben, mine } = await aScene()
    const react = async (user: Someone, body: object) =>
      (await ask(user, 'POST', `${M}/${mine.id}/reaction`, body)).body
    await react(anna, { emoji: '👍' })
    await react(ben, { reaction: 'love' })
    const all = await Promise.all(['a', 'b', 'c'].map((type) => react(ben, { type })))
    expect(all.map(({ reactions }) => (reactions as []).length)).toEqual([2, 2, 2])
    expect(await react(ben, { emoji: '❤️' })).toMatchObject({
      reactions: [anna.id, ben.id],
      reactionTypes: { [anna.id]: '👍', [ben.id]: '❤️' },
    })
    const { body } = await ask(ben, 'DELETE', `${M}/${mine.id}/reaction`)
    expect(body).toMatchObject({ reactions: [anna.id], reactionTypes: { [anna.id]: '👍' } })
  })

  // "Only message senders can edit/delete their messages", a group's admin among them.
  test('of others are neither edited nor deleted', async () => {
    const [anna, ben] = [await signIn('Anna'), await signIn('Ben')]
    const { id } = await aGroup(anna, [ben])
    const { id: theirs } = await send(ben, id, 'theirs')
    for (const [method, body] of [['PUT', { content: 'x' }], ['DELETE']] as const) {
      const answer = await ask(anna, method, `${M}/${theirs}`, body)
      expect([answer.status, answer.body]).toEqual([403, refusal(403)])
    }
  })

  test('deleted for me are there for the others, deleted for all are gone', async () => {
    const { anna, ben, id, mine, theirs } = await aScene()
    await ask(anna, 'DELETE', `${M}/${theirs.id}/for-me`)
    await ask(anna, 'DELETE', `${M}/${mine.id}`)
    const list = async (user: Someone) =>
      contents((await ask<Listed>(user, 'GET', `${C}/${id}/messages`)).body)
    expect([await list(anna), await list(ben)]).toEqual([[], ['theirs']])
    expect((await ask(anna, 'GET', `${M}/${theirs.id}`)).status).toBe(404)
    expect((await ask(ben, 'GET', `${M}/${mine.id}`)).body).toMatchObject({
      content: '',
      deletedAt: expect.any(String),
    })
  })

  // Reading is a cursor: what is marked is read, and all before it.
  test('are read in bulk, and by whom is a list', async () => {
    const { anna, ben, id } = await aScene()
    const sent = []
    for (let n = 0; n < 3; n++) sent.push(await send(anna, id, `m${n}`))
    const [first, second, third] = sent.map((one) => one.id)
    const bulk = await ask(ben, 'POST', `${C}/${id}/messages/bulk-mark-read`, {
      messageIds: [second, first],
    })
    expect(bulk.body).toMatchObject({ unreadCount: 1 })
    const reads = async (messageId = '') =>
      (await ask<Listed>(anna, 'GET', `${M}/${messageId}/reads`)).body.data
    expect([await reads(first), await reads(third)]).toEqual([
      [{ userId: ben.id, readAt: expect.any(String) }],
      [],
    ])
    const elsewhere = await send(anna, (await aThread(anna, [await signIn('Cleo')])).id, 'x')
    const wrong = { messageIds: [first, elsewhere.id] }
    const refused = await ask(ben, 'POST', `${C}/${id}/messages/bulk-mark-read`, wrong)
    expect([refused.status, refused.body]).toEqual([404, refusal(404)])
  })

  // "Message search across all conversations": `q`, and `query` for those who call it that.
  test('are found everywhere', async () => {
    const { anna, ben, id } = await aScene()
    const { id: group } = await aGroup(anna, [ben])
    const sent = [await send(anna, id, 'a marzipan'), await send(ben, group, 'marzipan cake')]
    await passTime(threadObject(id))
    await passTime(threadObject(group))
    const find = async (query: string) =>
      (await ask<Listed>(anna, 'GET', `${M}/search?${query}`)).body
    await expect.poll(async () => (await find('q=marzipan')).data.length).toBe(2)
    expect(ids(await find('query=marzipan')).toSorted()).toEqual(
      sent.map((one) => one.id).toSorted(),
    )
    const first = await find('q=marzipan&limit=1')
    expect(first.pagination).toEqual({
      page: 1,
      limit: 1,
      total: 2,
      hasMore: true,
      nextCursor: expect.any(String),
    })
    const rest = [
      await find('q=marzipan&limit=1&page=2'),
      await find(
        `q=marzipan&limit=1&cursor=${encodeURIComponent(String(first.pagination['nextCursor']))}`,
      ),
    ]
    for (const page of rest)
      expect([...ids(first), ...ids(page)].toSorted()).toEqual(sent.map((one) => one.id).toSorted())
  })
})

describe('the marketplace', () => {
  // "Service offers automatically populate from user's `servicePackages`", as printed.
  test('an offer is the document’s example', async () => {
    const { anna, id } = await aScene()
    const offer = { servicePackageId: 'pkg123' }
    const { body } = await ask(anna, 'POST', `${C}/${id}/messages/service-offer`, offer)
    expect(body).toMatchObject({
      type: 'service_offer',
      content: 'Service proposé: Massage Relaxant',
    })
    expect(body['metadata']).toEqual({
      servicePackageId: 'pkg123',
      serviceName: 'Massage Relaxant',
      price: 80,
      currency: 'FCFA',
      duration: '1 hour',
    })
  })

  test('and so is a booking request', async () => {
    const { anna, ben, id } = await aScene()
    const { duration: _, ...brief } = massage
    await call(anna, 'PATCH', '/me', { servicePackages: [brief] })
    const { body } = await ask(ben, 'POST', `${C}/${id}/messages/booking-request`, {
      servicePackageId: 'pkg123',
      requestedDate: '2024-02-15',
      requestedTime: '14:30',
    })
    expect(body).toMatchObject({
      type: 'booking_request',
      content: 'Demande de réservation: Massage Relaxant',
    })
    expect(body['metadata']).toEqual({
      servicePackageId: 'pkg123',
      serviceName: 'Massage Relaxant',
      price: 80,
      currency: 'FCFA',
      requestedDate: '2024-02-15T00:00:00.000Z',
      requestedTime: '14:30',
    })
  })

  test('minutes are words here, and a name is no HTML', async () => {
    const { anna, id } = await aScene()
    const servicePackages = [{ id: 'x', name: '<i>X</i>', duration: 90 }]
    await call(anna, 'PATCH', '/me', { servicePackages })
    const at = `${C}/${id}/messages/service-offer`
    const { body } = await ask(anna, 'POST', at, { servicePackageId: 'x' })
    expect(body).toMatchObject({
      content: 'Service proposé: &lt;i&gt;X&lt;/i&gt;',
      metadata: { serviceName: '‹i›X‹/i›', duration: '90 min' },
    })
  })

  test('an unknown package is 404, and a stranger’s conversation 403 all the same', async () => {
    const { anna, ben, eve, id } = await aScene()
    const slot = { requestedDate: '2024-02-15', requestedTime: '14:30' }
    const tries: [Someone, string, object][] = [
      [anna, 'service-offer', { servicePackageId: 'other' }],
      [ben, 'service-offer', { servicePackageId: 'pkg123' }],
      [anna, 'booking-request', { servicePackageId: 'pkg123', ...slot }],
      [anna, 'service-offer', { servicePackageId: 'other', message: 'x' }],
    ]
    for (const [user, what, body] of tries) {
      const answer = await ask(user, 'POST', `${C}/${id}/messages/${what}`, body)
      expect([answer.status, answer.body]).toEqual([404, refusal(404)])
    }
    for (const message of [undefined, 'x']) {
      const offer = { servicePackageId: 'pkg123', message }
      const answer = await ask(eve, 'POST', `${C}/${id}/messages/service-offer`, offer)
      expect(answer.status).toBe(403)
    }
  })

  // "Service offer conversion rate" among the metrics.
  test('what comes of offers is shown, and counted', async () => {
    const { anna, ben, id } = await aScene()
    const root = await signIn('Root', { role: 'admin' })
    const offers = async () => (await call<Metrics>(root, 'GET', '/admin/metrics')).body.offers
    const before = await offers()
    const at = `${C}/${id}/messages/service-offer`
    const { body } = await ask(anna, 'POST', at, { servicePackageId: 'pkg123' })
    await call(ben, 'POST', `/messages/${body._id}/decline`)
    const { data } = (await ask<Listed>(ben, 'GET', `${C}/${id}/messages?limit=1`)).body
    expect(data).toMatchObject([{ proposal: { state: 'declined', decidedBy: ben.id } }])
    const after = await offers()
    expect([after.made - before.made, after.declined - before.declined]).toEqual([1, 1])
  })
})

describe('shapes', () => {
  // Every string is safe as innerHTML.
  test('hold nothing that could run', async () => {
    const { anna, id } = await aScene()
    const bad = '<img src=x onerror=y>'
    const metadata = { fileName: bad, fileUrl: 'javascript:alert(1)', fileSize: 1, [bad]: bad }
    const { body } = await ask(anna, 'POST', `${C}/${id}/messages`, {
      type: 'file',
      content: `${bad}<b>x</b>`,
      metadata,
    })
    expect(JSON.stringify(body)).not.toContain('<img')
    expect(body).toMatchObject({ metadata: { fileUrl: '', fileSize: 1 } })
    const named: Shape = (
      await ask(anna, 'POST', `${C}/${id}/messages`, { type: 'image', metadata })
    ).body
    expect(named['content']).toBe('&lt;img src=x onerror=y&gt;')
  })
})

// Reports, what moderators do about them, and the log of it.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { AuditEntry, Ban } from '../../src/contract/moderation.ts'
import type { Message } from '../../src/contract/message.ts'
import type { ReportInContext } from '../../src/contract/report.ts'
import {
  aGroup,
  aThread,
  call,
  refusal,
  send,
  signIn,
  threadObject,
  threadSocket,
  upgrade,
  userObject,
  socket,
} from './fixtures.ts'
import type { Answered, Someone } from './fixtures.ts'

type Page<T> = { items: T[]; nextCursor: string | null }
const time = expect.stringMatching(/^\d{4}-.*Z$/)
const later = () => new Date(Date.now() + 3_600_000).toISOString()
const cast = () =>
  Promise.all([
    signIn('Alice'),
    signIn('Bob'),
    signIn('Cleo'),
    signIn('Mod', { role: 'moderator' }),
    signIn('Root', { role: 'admin' }),
  ])
const desk = () => env.MODERATION.getByName('moderation')

/** A group in which Bob said something that Alice reported. */
async function aCase(reason = 'spam') {
  const [alice, bob, cleo, mod, root] = await cast()
  const { id } = await aGroup(alice, [bob, cleo])
  const message = await send(bob, id, 'buy this')
  const path = `/messages/${message.id}/report`
  const { body: report } = await call<{ id: string }>(alice, 'POST', path, { reason })
  return { alice, bob, cleo, mod, root, id, message, report }
}

const decide = (by: Someone, reportId: string, body: object) =>
  call<{ status: string; action: string }>(by, 'PATCH', `/admin/reports/${reportId}`, body)

const ban = (by: Someone, whom: Someone) => call(by, 'PUT', `/admin/bans/${whom.id}`, {})

async function auditOf(by: Someone, userId: string): Promise<AuditEntry[]> {
  const { body } = await call<Page<AuditEntry>>(by, 'GET', `/admin/audit?userId=${userId}`)
  return body.items
}

const contents = async (user: Someone, id: string) => {
  const { body } = await call<Page<Message>>(user, 'GET', `/threads/${id}/messages`)
  return body.items.map(({ content }) => content)
}

const messageOf = ({ body }: Answered) =>
  (body as unknown as { error: { message: string; details?: unknown } }).error

describe('a report', () => {
  test('is made once per person and message', async () => {
    const [alice, bob, cleo, mod] = await cast()
    const { id } = await aGroup(alice, [bob, cleo])
    const message = await send(bob, id, 'buy this')
    const path = `/messages/${message.id}/report`
    const first = await call(alice, 'POST', path, { reason: 'spam', details: 'third time' })
    expect([first.status, first.body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^r\d+$/),
        messageId: message.id,
        threadId: id,
        reason: 'spam',
        details: 'third time',
        status: 'pending',
        createdAt: time,
      },
    ])
    await evictDurableObject(desk())
    const second = await call(alice, 'POST', path, { reason: 'other' })
    expect([second.status, second.body]).toEqual([200, first.body])
    const others = await call<{ id: string }>(cleo, 'POST', path, { reason: 'other' })
    expect(others.status).toBe(201)
    expect(others.body.id).not.toBe((first.body as { id?: string }).id)
    const list = `/admin/reports?userId=${bob.id}&status=pending`
    const page = await call<Page<ReportInContext>>(mod, 'GET', `${list}&limit=1`)
    expect(page.body.items.map(({ reporterId }) => reporterId)).toEqual([cleo.id])
    const rest = await call<Page<ReportInContext>>(
      mod,
      'GET',
      `${list}&limit=1&cursor=${page.body.nextCursor}`,
    )
    expect(rest.body.items.map(({ reporterId }) => reporterId)).toEqual([alice.id])
    expect(rest.body.nextCursor).toBeNull()
  })

  test('is refused for what the reporter cannot see, or wrote, and for an unknown reason', async () => {
    const [alice, bob, stranger] = await cast()
    const { id } = await aThread(alice, [bob])
    const message = await send(bob, id, 'hi')
    const path = `/messages/${message.id}/report`
    const report = (user: Someone, body: object) => call(user, 'POST', path, body)
    expect(refusal(await report(stranger, { reason: 'spam' }))).toEqual([404, 'not_found'])
    expect(refusal(await report(bob, { reason: 'spam' }))).toEqual([400, 'invalid'])
    for (const body of [{ reason: 'boring' }, {}, { reason: 'spam', details: 'x'.repeat(2001) }]) {
      const answer = await report(alice, body)
      expect(refusal(answer)).toEqual([400, 'invalid'])
      expect(messageOf(answer).message).toMatch(/^(reason|details)/)
    }
    const none = await call(alice, 'POST', '/messages/nothing/report', { reason: 'spam' })
    expect(refusal(none)).toEqual([404, 'not_found'])
  })

  test('shows moderators ten messages around it, and each look is in the log', async () => {
    const [alice, bob, , mod] = await cast()
    const { id } = await aThread(alice, [bob])
    const sent: Message[] = []
    for (let n = 1; n <= 14; n++) sent.push(await send(n === 12 ? bob : alice, id, `${n}`))
    const wanted = sent[11]
    const path = `/messages/${wanted?.id}/report`
    const { body: report } = await call<{ id: string }>(alice, 'POST', path, { reason: 'other' })
    await call(bob, 'DELETE', `/messages/${wanted?.id}`)
    await evictDurableObject(threadObject(id))
    const look = await call<ReportInContext>(mod, 'GET', `/admin/reports/${report.id}`)
    expect(look.body.content).toBe('12')
    expect(look.body.context.map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    expect(refusal(await call(mod, 'GET', `/threads/${id}`))).toEqual([404, 'not_found'])
    expect(refusal(await call(mod, 'GET', `/messages/${wanted?.id}`))).toEqual([404, 'not_found'])
    expect(await auditOf(mod, bob.id)).toMatchObject([
      { actorId: mod.id, act: 'report.view', reportId: report.id, threadId: id },
    ])
  })

  test('is for moderators and admins to see and to decide', async () => {
    const { alice, mod, root, report } = await aCase()
    for (const path of ['/admin/reports', `/admin/reports/${report.id}`, '/admin/audit'])
      expect(refusal(await call(alice, 'GET', path))).toEqual([403, 'forbidden'])
    const refused = await decide(alice, report.id, { status: 'dismissed' })
    expect(refusal(refused as never)).toEqual([403, 'forbidden'])
    expect(refusal(await call(mod, 'GET', '/admin/users'))).toEqual([403, 'forbidden'])
    expect((await call(root, 'GET', '/admin/reports?limit=1')).status).toBe(200)
  })

  test('is dismissed, and reviewed again', async () => {
    const { mod, root, bob, report } = await aCase()
    const dismissed = await decide(mod, report.id, { status: 'dismissed', note: 'harmless' })
    expect(dismissed.body).toMatchObject({
      status: 'dismissed',
      action: null,
      note: 'harmless',
      reviewedBy: mod.id,
      reviewedAt: time,
    })
    await decide(root, report.id, { status: 'pending' })
    const [second, first] = await auditOf(mod, bob.id)
    expect([first, second]).toMatchObject([
      { actorId: mod.id, act: 'report.review', reason: 'harmless', before: { status: 'pending' } },
      { actorId: root.id, before: { status: 'dismissed' }, after: { status: 'pending' } },
    ])
  })

  test.each([
    ['status', { status: 'solved' }],
    ['action', { status: 'reviewed', action: 'shout' }],
    ['action', { status: 'dismissed', action: 'warn' }],
    ['until', { status: 'reviewed', action: 'warn', until: '2999-01-01T00:00:00Z' }],
    ['until', { status: 'reviewed', action: 'ban_user', until: '2001-01-01T00:00:00Z' }],
    ['until', { status: 'reviewed', action: 'ban_user', until: 'tomorrow' }],
    ['note', { status: 'reviewed', note: ' ' }],
  ])('refuses a decision with a bad %s: %#', async (field, body) => {
    const { mod, report, bob } = await aCase()
    const answer = await decide(mod, report.id, body)
    expect(refusal(answer as never)).toEqual([400, 'invalid'])
    expect(messageOf(answer as never).message).toMatch(new RegExp(`^${field}`))
    expect(await auditOf(mod, bob.id)).toEqual([])
  })
})

describe('an act on a report', () => {
  test('deletes the message for all', async () => {
    const { alice, bob, mod, id, message, report } = await aCase()
    const a = await threadSocket(alice, id)
    const { body } = await decide(mod, report.id, { status: 'reviewed', action: 'delete_message' })
    expect(body).toMatchObject({ status: 'reviewed', action: 'delete_message' })
    await a.event('message.deleted', ({ id: gone }) => gone === message.id)
    await evictDurableObject(threadObject(id))
    expect(await contents(bob, id)).toEqual([null])
    const [, deletion] = await auditOf(mod, bob.id).then(() => auditOfAll(mod))
    expect(deletion).toMatchObject({
      act: 'message.delete',
      messageId: message.id,
      reportId: report.id,
      before: { content: 'buy this', deletedAt: null },
      after: { content: null, deletedAt: time },
      failed: false,
    })
  })

  test('warns', async () => {
    const { bob, mod, id, message, report } = await aCase('harassment')
    const [b, inThread] = [await socket(bob), await threadSocket(bob, id)]
    await decide(mod, report.id, { status: 'reviewed', action: 'warn', note: 'be kind' })
    for (const wire of [b, inThread])
      expect((await wire.event('moderation.warning')).data).toEqual({
        reason: 'be kind',
        messageId: message.id,
        threadId: id,
        createdAt: time,
      })
    const entries = await auditOf(mod, bob.id)
    expect(entries.map(({ act, reason }) => [act, reason])).toEqual([
      ['report.review', 'be kind'],
      ['user.warn', 'be kind'],
    ])
  })

  test('mutes in the thread until a time, which the refusal tells', async () => {
    const { bob, mod, id, message, report } = await aCase()
    const until = later()
    await decide(mod, report.id, { status: 'reviewed', action: 'mute_member', until })
    await evictDurableObject(threadObject(id))
    const answer = await call(bob, 'POST', `/threads/${id}/messages`, { content: 'x' })
    expect(refusal(answer)).toEqual([403, 'forbidden'])
    expect(messageOf(answer).details).toEqual({ until })
    const edit = await call(bob, 'PATCH', `/messages/${message.id}`, { content: 'y' })
    expect(refusal(edit)).toEqual([403, 'forbidden'])
    expect(await contents(bob, id)).toEqual(['buy this'])
    await runInDurableObject(threadObject(id), (_, { storage }) => {
      storage.sql.exec('UPDATE sanctions SET until = 1')
    })
    await evictDurableObject(threadObject(id))
    expect((await send(bob, id, 'again')).seq).toBe(2)
  })

  test('bans from the thread until lifted by its admin', async () => {
    const { alice, bob, mod, id, report } = await aCase()
    const b = await threadSocket(bob, id)
    await decide(mod, report.id, { status: 'reviewed', action: 'ban_member' })
    expect((await b.closed).code).toBe(4504)
    await evictDurableObject(threadObject(id))
    expect(refusal(await call(bob, 'GET', `/threads/${id}`))).toEqual([404, 'not_found'])
    const add = () => call(alice, 'POST', `/threads/${id}/members`, { userId: bob.id })
    expect(refusal(await add())).toEqual([403, 'forbidden'])
    expect((await call(alice, 'DELETE', `/threads/${id}/bans/${bob.id}`)).status).toBe(204)
    expect((await add()).status).toBe(201)
  })

  test('bans everywhere, or shadow-bans', async () => {
    const one = await aCase()
    await decide(one.mod, one.report.id, { status: 'reviewed', action: 'ban_user' })
    expect(refusal(await call(one.bob, 'GET', '/me'))).toEqual([403, 'banned'])
    const two = await aCase()
    await decide(two.mod, two.report.id, { status: 'reviewed', action: 'shadow_ban' })
    await send(two.bob, two.id, 'unheard')
    expect(await contents(two.alice, two.id)).toEqual(['buy this'])
  })

  test('on a moderator is for admins, and nobody acts on themselves', async () => {
    const [alice, , , mod, root] = await cast()
    const other = await signIn('Other', { role: 'moderator' })
    await call(other, 'GET', '/me')
    expect(refusal(await ban(mod, other))).toEqual([403, 'forbidden'])
    expect(refusal(await ban(mod, mod))).toEqual([400, 'invalid'])
    expect(refusal(await ban(alice, other))).toEqual([403, 'forbidden'])
    expect((await ban(root, other)).status).toBe(200)
  })
})

async function auditOfAll(by: Someone): Promise<AuditEntry[]> {
  const { body } = await call<Page<AuditEntry>>(by, 'GET', `/admin/audit?actorId=${by.id}`)
  return body.items
}

describe('a ban', () => {
  test('closes every socket with 4503 and holds on every door once it is answered', async () => {
    const [alice, bob, , mod] = await cast()
    const { id } = await aThread(alice, [bob])
    const wires = [await socket(bob), await threadSocket(bob, id), await threadSocket(bob, id)]
    const until = later()
    const answer = await call<Ban>(mod, 'PUT', `/admin/bans/${bob.id}`, { reason: 'spam', until })
    expect([answer.status, answer.body]).toEqual([
      200,
      { userId: bob.id, reason: 'spam', until, shadow: false, since: time, by: mod.id },
    ])
    for (const wire of wires) expect((await wire.closed).code).toBe(4503)
    for (const [method, path] of [
      ['GET', '/me'],
      ['GET', '/threads'],
      ['GET', `/threads/${id}`],
      ['POST', `/threads/${id}/messages`],
      ['GET', '/session'],
    ] as const) {
      const refused = await call(bob, method, path, method === 'GET' ? undefined : { content: 'x' })
      expect(refusal(refused)).toEqual([403, 'banned'])
      expect(messageOf(refused).details).toEqual({ until, reason: 'spam' })
    }
    await evictDurableObject(userObject(bob))
    for (const path of ['/ws', `/threads/${id}/ws`])
      expect((await upgrade(path, { Authorization: `Bearer ${bob.token}` })).status).toBe(403)
    const signIn = await call(null, 'POST', '/session', { token: bob.token })
    expect(refusal(signIn)).toEqual([403, 'banned'])
    expect((await call(mod, 'DELETE', `/admin/bans/${bob.id}`)).status).toBe(204)
    expect((await send(bob, id, 'back')).seq).toBe(1)
    const entries = await auditOf(mod, bob.id)
    expect(entries.map(({ act, before, after }) => [act, before, after])).toEqual([
      ['user.unban', answer.body, null],
      ['user.ban', null, answer.body],
    ])
  })

  test('ends by itself', async () => {
    const [, bob, , mod] = await cast()
    await call(mod, 'PUT', `/admin/bans/${bob.id}`, { until: later() })
    expect(refusal(await call(bob, 'GET', '/me'))).toEqual([403, 'banned'])
    await runInDurableObject(userObject(bob), (_, { storage }) => {
      storage.sql.exec('UPDATE ban SET until = 1')
    })
    await evictDurableObject(userObject(bob))
    expect((await call(bob, 'GET', '/me')).status).toBe(200)
  })

  test('works while the read model is stopped', async () => {
    const [alice, bob, , mod] = await cast()
    const { id } = await aThread(alice, [bob])
    const message = await send(bob, id, 'hi')
    const b = await socket(bob)
    await env.DB.exec('ALTER TABLE bans RENAME TO gone')
    try {
      await call(alice, 'POST', `/messages/${message.id}/report`, { reason: 'spam' })
      expect((await call(mod, 'PUT', `/admin/bans/${bob.id}`, {})).status).toBe(200)
      expect((await b.closed).code).toBe(4503)
      expect(refusal(await call(bob, 'GET', '/me'))).toEqual([403, 'banned'])
      expect((await auditOf(mod, bob.id)).map(({ act }) => act)).toEqual(['user.ban'])
    } finally {
      await env.DB.exec('ALTER TABLE gone RENAME TO bans')
    }
  })

  test('is shown in the list of users', async () => {
    const [, bob, , mod, root] = await cast()
    await call(bob, 'GET', '/me')
    const { body: ban } = await call(mod, 'PUT', `/admin/bans/${bob.id}`, { shadow: true })
    type Row = { id: string; ban: Ban | null }
    const found = new Map<string, Row>()
    let cursor: string | null = ''
    while (cursor !== null) {
      const path: string = `/admin/users?limit=2&cursor=${encodeURIComponent(cursor)}`
      const { body }: { body: Page<Row> } = await call<Page<Row>>(root, 'GET', path)
      for (const row of body.items) found.set(row.id, row)
      cursor = body.nextCursor
    }
    expect(found.get(bob.id)).toEqual({
      id: bob.id,
      name: 'Bob',
      avatarUrl: null,
      role: 'user',
      ban,
    })
    expect(found.get(mod.id)?.ban).toBeNull()
  })
})

describe('a shadow ban', () => {
  test('keeps what they send to themselves, live and in every list', async () => {
    const [alice, bob, cleo, mod] = await cast()
    const { id } = await aGroup(alice, [bob, cleo])
    await send(alice, id, 'first')
    await call(cleo, 'POST', `/threads/${id}/read`)
    const wires = [await socket(alice), await threadSocket(alice, id)]
    const own = [await socket(bob), await threadSocket(bob, id)]
    await call(mod, 'PUT', `/admin/bans/${bob.id}`, { shadow: true })
    const sent = await send(bob, id, 'unheard by rest', { mentions: [alice.id] })
    const [wide, narrow] = own
    await wide?.ask('message.send', { threadId: id, content: 'unheard by ws' })
    await narrow?.ask('typing.set', { threadId: id, typing: true })
    const more = await narrow?.ask('message.send', { threadId: id, content: 'unheard here' })
    for (const wire of own)
      await wire.event('message.created', ({ content }) => content === 'unheard here')
    await evictDurableObject(threadObject(id))
    await call(bob, 'PATCH', `/messages/${sent.id}`, { content: 'unheard still' })
    await call(bob, 'PUT', `/messages/${more?.id}/reactions/x`)
    await send(cleo, id, 'heard')
    for (const wire of wires) {
      await wire.event('message.created', ({ content }) => content === 'heard')
      expect(JSON.stringify(wire.items)).not.toContain('unheard')
      expect(wire.names()).not.toContain('message.reactions')
      // After an eviction the thread says that nobody types; that Bob does, it never says.
      for (const item of wire.events())
        if (item.event === 'typing.updated') expect(item.data).toEqual({ userIds: [] })
    }
    expect(await contents(alice, id)).toEqual(['first', 'heard'])
    expect(await contents(bob, id)).toEqual([
      'first',
      'unheard still',
      'unheard by ws',
      'unheard here',
      'heard',
    ])
    expect(JSON.stringify((await call(alice, 'GET', `/threads/${id}/sync`)).body)).not.toContain(
      'unheard',
    )
    expect(refusal(await call(alice, 'GET', `/messages/${sent.id}`))).toEqual([404, 'not_found'])
    expect((await call(alice, 'GET', '/unread')).body).toMatchObject({ total: 1, mentions: 0 })
    const search = await call<Page<object>>(alice, 'GET', '/search?q=unheard')
    expect(search.body.items).toEqual([])
    const list = await call<Page<object>>(cleo, 'GET', '/threads')
    expect(list.body.items).toMatchObject([{ unread: 0, lastMessage: { content: 'heard' } }])
  })

  test('leaves the order of others’ lists alone, and what was sent stays unseen after it', async () => {
    const [alice, bob, cleo, mod] = await cast()
    const { id } = await aGroup(alice, [bob])
    const newer = await aGroup(alice, [cleo])
    await send(cleo, newer.id, 'newer')
    await call(mod, 'PUT', `/admin/bans/${bob.id}`, { shadow: true })
    await send(bob, id, 'unheard')
    const list = await call<Page<{ id: string }>>(alice, 'GET', '/threads')
    expect(list.body.items.map((thread) => thread.id)).toEqual([newer.id, id])
    await call(mod, 'DELETE', `/admin/bans/${bob.id}`)
    await evictDurableObject(threadObject(id))
    await send(bob, id, 'back')
    expect(await contents(alice, id)).toEqual(['back'])
  })
})

describe('an admin of a thread', () => {
  test('mutes and bans members who are not above, and the log knows', async () => {
    const [alice, bob, cleo, mod] = await cast()
    const { id } = await aGroup(alice, [bob, cleo])
    const silence = `/threads/${id}/members/${bob.id}/silence`
    const until = later()
    const muted = await call(alice, 'PUT', silence, { until, reason: 'calm down' })
    expect([muted.status, muted.body]).toEqual([200, { threadId: id, userId: bob.id, until }])
    const refused = await call(bob, 'POST', `/threads/${id}/messages`, { content: 'x' })
    expect(refusal(refused)).toEqual([403, 'forbidden'])
    expect((await call(alice, 'DELETE', silence)).status).toBe(204)
    expect((await send(bob, id, 'free')).seq).toBe(1)
    const bans = `/threads/${id}/bans/`
    expect(refusal(await call(bob, 'PUT', bans + cleo.id, {}))).toEqual([403, 'forbidden'])
    expect(refusal(await call(mod, 'PUT', bans + cleo.id, {}))).toEqual([404, 'not_found'])
    expect(refusal(await call(alice, 'PUT', bans + alice.id, {}))).toEqual([400, 'invalid'])
    expect(refusal(await call(alice, 'PUT', `${bans}nobody`, {}))).toEqual([404, 'not_found'])
    const direct = await aThread(alice, [bob])
    const inDirect = await call(alice, 'PUT', `/threads/${direct.id}/bans/${bob.id}`, {})
    expect(refusal(inDirect)).toEqual([403, 'forbidden'])
    const entries = await auditOf(mod, bob.id)
    expect(entries.map(({ act, actorId, reason }) => [act, actorId, reason])).toEqual([
      ['member.unsilence', alice.id, null],
      ['member.silence', alice.id, 'calm down'],
    ])
  })
})

describe('the audit log', () => {
  test('cannot be changed or shortened', async () => {
    const { mod, bob, report } = await aCase()
    await decide(mod, report.id, { status: 'dismissed' })
    await runInDurableObject(desk(), (_, { storage }) => {
      for (const query of ['DELETE FROM audit', `UPDATE audit SET reason = 'other'`])
        expect(() => storage.sql.exec(query)).toThrow(/only grows/)
    })
    await evictDurableObject(desk())
    expect(await auditOf(mod, bob.id)).toMatchObject([{ act: 'report.review', failed: false }])
  })

  test('comes in pages, the newest first', async () => {
    const { mod, report } = await aCase()
    for (const status of ['reviewed', 'dismissed', 'pending'])
      await decide(mod, report.id, { status })
    const seen: unknown[] = []
    let cursor: string | null = null
    do {
      const at: string = cursor === null ? '' : `&cursor=${cursor}`
      const path: string = `/admin/audit?actorId=${mod.id}&act=report.review&limit=2${at}`
      const { body }: { body: Page<AuditEntry> } = await call<Page<AuditEntry>>(mod, 'GET', path)
      seen.push(...body.items.map(({ after }) => (after as { status: string }).status))
      cursor = body.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(['pending', 'dismissed', 'reviewed'])
    const bad = await call(mod, 'GET', '/admin/audit?cursor=x')
    expect(refusal(bad)).toEqual([400, 'invalid'])
    expect(messageOf(bad).message).toMatch(/^cursor/)
  })
})

describe('limits', () => {
  test('are those of the tier, with what is used of them', async () => {
    const [free, pro, odd] = await Promise.all([
      signIn('Free'),
      signIn('Pro', { tier: 'pro' }),
      signIn('Odd', { tier: 'gold' }),
    ])
    const MiB = 1024 * 1024
    const { id } = await aThread(free, [pro])
    await send(free, id, 'one')
    await call(free, 'POST', `/threads/${id}/pin`)
    expect((await call(free, 'GET', '/limits')).body).toEqual({
      tier: 'free',
      limits: {
        messagesPerMinute: 30,
        messagesPerHour: null,
        pinnedThreads: 10,
        blocks: 5000,
        messageCharacters: 10_000,
        threadMembers: 10_000,
        attachments: 10,
        fileBytes: 10 * MiB,
        uploadBytes: 500 * MiB,
        storageBytes: 1024 * MiB,
      },
      usage: {
        messagesPerMinute: 1,
        messagesPerHour: null,
        pinnedThreads: 1,
        blocks: 0,
        storageBytes: 0,
      },
    })
    expect((await call(pro, 'GET', '/limits')).body).toMatchObject({
      tier: 'pro',
      limits: { messagesPerMinute: 60, pinnedThreads: 50, storageBytes: 10_240 * MiB },
    })
    expect((await call(odd, 'GET', '/limits')).body).toMatchObject({
      limits: { messagesPerMinute: 30 },
    })
  })
})

const say = (by: Someone, body: object) =>
  call<{ id: string; connections: number }>(by, 'POST', '/admin/broadcast', body)

describe('a broadcast', () => {
  test('reaches every open socket once, and the log knows who said it', async () => {
    const [alice, bob, , mod, root] = await cast()
    const { id } = await aThread(alice, [bob])
    const wires = [await socket(alice), await threadSocket(alice, id), await threadSocket(bob, id)]
    expect(refusal((await say(mod, { content: 'x' })) as never)).toEqual([403, 'forbidden'])
    expect(refusal((await say(root, { content: ' ' })) as never)).toEqual([400, 'invalid'])
    await expect
      .poll(async () => (await say(root, { content: 'soon' })).body.connections)
      .toBeGreaterThanOrEqual(3)
    const { status, body } = await say(root, { content: 'back at 12', title: 'Maintenance' })
    const { connections: _, ...said } = body
    expect([status, said]).toEqual([
      201,
      {
        id: expect.any(String),
        title: 'Maintenance',
        content: 'back at 12',
        from: { id: root.id, name: 'Root', avatarUrl: null },
        createdAt: time,
      },
    ])
    for (const wire of wires) {
      const { data } = await wire.event('broadcast.created', ({ id: which }) => which === body.id)
      expect(data).toEqual(said)
      await wire.ask('ack', {})
      expect(wire.texts.filter((text) => text.includes(body.id)).length).toBe(1)
    }
    expect((await auditOfAll(root))[0]).toMatchObject({ act: 'broadcast.create', after: said })
  })
})

describe('metrics', () => {
  test('count what is open, said and typed', async () => {
    const [alice, bob, , mod, root] = await cast()
    const { id } = await aThread(alice, [bob])
    type Counts = { connections: number; online: number; typing: number } & Record<
      'messages' | 'threads',
      { minute: number; hour: number; total: number }
    >
    const metrics = async () => (await call<Counts>(root, 'GET', '/admin/metrics')).body
    expect(refusal(await call(mod, 'GET', '/admin/metrics'))).toEqual([403, 'forbidden'])
    const before = await metrics()
    const wires = [await socket(alice), await threadSocket(alice, id), await threadSocket(bob, id)]
    await wires[0]?.ask('typing.set', { threadId: id, typing: true })
    await send(bob, id, 'one')
    await send(bob, id, 'two')
    await expect.poll(async () => (await metrics()).connections - before.connections).toBe(3)
    const during = await metrics()
    expect({
      online: during.online - before.online,
      typing: during.typing - before.typing,
      minute: during.messages.minute - before.messages.minute,
      hour: during.messages.hour - before.messages.hour,
      total: during.messages.total - before.messages.total,
    }).toEqual({ online: 2, typing: 1, minute: 2, hour: 2, total: 2 })
    for (const wire of wires) wire.close(1000)
    await expect.poll(async () => (await metrics()).connections - before.connections).toBe(0)
    expect((await metrics()).online).toBe(before.online)
  })
})

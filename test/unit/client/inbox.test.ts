// The list of threads: its numbers are carried on by events only where that is exact.
import { describe, expect, test } from 'vitest'
import { applyToInbox, isUncertain, takeThreads, threadsOf } from '../../../src/client/inbox.ts'
import type { Inbox } from '../../../src/client/inbox.ts'
import type { Event } from '../../../src/contract/events.ts'
import type { Message } from '../../../src/contract/message.ts'
import type { Thread } from '../../../src/contract/thread.ts'

const aThread = (change: Partial<Thread> = {}): Thread => ({
  id: 't1',
  type: 'direct',
  title: null,
  metadata: null,
  subject: null,
  status: 'active',
  members: [],
  memberCount: 2,
  epoch: 'e1',
  version: 10,
  headSeq: 5,
  lastMessage: null,
  unread: 0,
  mentions: 0,
  readSeq: 5,
  pinnedAt: null,
  mutedUntil: null,
  archivedAt: null,
  createdBy: 'bo',
  createdAt: '2026-11-01T00:00:00.000Z',
  updatedAt: '2026-11-01T00:00:00.000Z',
  ...change,
})

const aMessage = (change: Partial<Message> = {}): Message => ({
  id: 'm1-6',
  threadId: 't1',
  seq: 6,
  version: 11,
  clientId: null,
  sender: { id: 'bo', name: 'Bo', avatarUrl: null },
  kind: 'text',
  format: 'plain',
  content: 'hi',
  metadata: null,
  attachments: [],
  mentions: [],
  replyTo: null,
  forwardedFrom: null,
  reactions: [],
  preview: null,
  createdAt: '2026-11-02T00:00:00.000Z',
  editedAt: null,
  deletedAt: null,
  ...change,
})

const created = (data: Message): Event => ({
  event: 'message.created',
  threadId: 't1',
  version: data.version,
  data,
})

const read = (readSeq: number): Event => ({
  event: 'read.updated',
  threadId: 't1',
  version: 11,
  data: { userId: 'me', readSeq },
})

const deleted = (seq: number): Event => ({
  event: 'message.deleted',
  threadId: 't1',
  version: 11,
  data: { id: `m1-${seq}`, seq, hidden: true },
})

const inboxOf = (...threads: Thread[]): Inbox => takeThreads(new Map(), threads)
const after = (inbox: Inbox, event: Event) => applyToInbox(inbox, event, 'me').get('t1')

describe('the inbox', () => {
  test('counts a message once, whoever repeats it', () => {
    const event = created(aMessage({ mentions: ['me'] }))
    const once = applyToInbox(inboxOf(aThread()), event, 'me')
    expect(once.get('t1')).toMatchObject({ unread: 1, mentions: 1, headSeq: 6, version: 11 })
    expect(applyToInbox(once, event, 'me')).toBe(once)
    expect(after(inboxOf(aThread({ version: 11, unread: 1 })), event)).toMatchObject({ unread: 1 })
  })

  test('counts a call of all; of a call of those who are there it is uncertain', () => {
    const inbox = inboxOf(aThread())
    const all = created(aMessage({ everyone: 'all' }))
    expect(after(inbox, all)).toMatchObject({ unread: 1, mentions: 1 })
    expect(isUncertain(inbox, all, 'me')).toBe(false)
    const here = created(aMessage({ everyone: 'here' }))
    expect([isUncertain(inbox, here, 'me'), isUncertain(inbox, here, 'bo')]).toEqual([true, false])
  })

  test('counts neither what is mine nor what the system says; my own reads all before it', () => {
    const unread = inboxOf(aThread({ unread: 3, readSeq: 2 }))
    const mine = created(aMessage({ sender: { id: 'me', name: 'Me', avatarUrl: null } }))
    expect(after(unread, mine)).toMatchObject({ unread: 0, readSeq: 6 })
    expect(after(unread, created(aMessage({ kind: 'system' })))).toMatchObject({ unread: 3 })
  })

  test('a message brings a thread back from the archive, and to the top', () => {
    const archived = aThread({ archivedAt: '2026-11-01T00:00:00.000Z' })
    const other = aThread({ id: 't2', updatedAt: '2026-11-01T12:00:00.000Z' })
    const pinned = aThread({ id: 't3', pinnedAt: '2026-10-01T00:00:00.000Z' })
    const inbox = inboxOf(other, archived, pinned)
    expect(threadsOf(inbox).map((thread) => thread.id)).toEqual(['t3', 't2'])
    const next = applyToInbox(inbox, created(aMessage()), 'me')
    expect(threadsOf(next).map((thread) => thread.id)).toEqual(['t3', 't1', 't2'])
  })

  test('what I read elsewhere is read here; where it leaves a rest, the thread is asked', () => {
    const inbox = inboxOf(aThread({ unread: 3, readSeq: 2 }))
    expect(after(inbox, read(5))).toMatchObject({ unread: 0, readSeq: 5 })
    expect(isUncertain(inbox, read(5), 'me')).toBe(false)
    expect(isUncertain(inbox, read(4), 'me')).toBe(true)
  })

  test('a deletion of what is unread, and a thread that is not listed, are asked for', () => {
    const inbox = inboxOf(aThread({ unread: 1, readSeq: 4 }))
    expect(isUncertain(inbox, deleted(5), 'me')).toBe(true)
    expect(isUncertain(inbox, deleted(3), 'me')).toBe(false)
    expect(isUncertain(new Map(), created(aMessage()), 'me')).toBe(true)
  })

  test('an answer that is older than the events changes nothing; a restored thread is new', () => {
    const inbox = inboxOf(aThread({ version: 20, unread: 4 }))
    expect(takeThreads(inbox, [aThread({ unread: 0 })]).get('t1')?.unread).toBe(4)
    expect(takeThreads(inbox, [aThread({ epoch: 'e2' })]).get('t1')?.unread).toBe(0)
  })
})

// Keeping a timeline complete: at its newest messages first, then page by page, over a restore too.
import { beforeEach, expect, test } from 'vitest'
import type { Connection } from '../../../src/client/connection.ts'
import type { Rest } from '../../../src/client/rest.ts'
import { createSync } from '../../../src/client/sync.ts'
import { applyLatest, emptyTimeline, messagesOf } from '../../../src/client/timeline.ts'
import { ChatError } from '../../../src/contract/errors.ts'
import { openHistory } from './history.ts'

const pageSize = 3
let history = openHistory()
let timeline = emptyTimeline(history.threadId)
let open = true
let asked: (string | null)[] = []

const turn = () => new Promise((resolve) => setTimeout(resolve))

/** The server's two doors, each answering a turn later than it was asked. */
const rest = {
  call: async () => {
    asked.push(null)
    const page = history.latest(5)
    await turn()
    return page
  },
} as unknown as Rest
const connection = {
  request: async (_: string, { cursors }: { cursors: Record<string, string> }) => {
    if (!open) throw new ChatError('unavailable', 'no connection')
    const cursor = cursors[history.threadId] ?? ''
    asked.push(cursor)
    const page = history.page(cursor, pageSize)
    await turn()
    return { threads: { [history.threadId]: page } }
  },
} as unknown as Connection

const sync = createSync({
  rest,
  connection,
  isOpen: () => open,
  read: () => timeline,
  write: (next) => (timeline = next),
})

const send = (count: number) => {
  for (let n = 0; n < count; n++) history.step({ do: 'send', who: 'ana' })
}
const seqs = () => messagesOf(timeline).map((message) => message.seq)
const epoch = () => history.page(null, 1).epoch

beforeEach(() => {
  history = openHistory()
  timeline = emptyTimeline(history.threadId)
  open = true
  asked = []
})

test('opens at the newest messages, and brings what came meanwhile in pages', async () => {
  send(8)
  const opened = sync(history.threadId)
  send(8)
  await opened
  expect(seqs()).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
  expect(asked[0]).toBe(null)
  expect(asked.length).toBeGreaterThan(3)
})

test('calls never overlap, and each is over when all from before it is there', async () => {
  send(1)
  const first = sync(history.threadId)
  const second = sync(history.threadId)
  expect(sync(history.threadId)).toBe(second)
  await first
  send(4)
  await Promise.all([second, sync(history.threadId)])
  expect(seqs()).toEqual([1, 2, 3, 4, 5])
  expect(new Set(asked.filter((cursor) => cursor !== null)).size).toBeGreaterThan(1)
})

test('without a socket shows what REST answers, and follows when it is there', async () => {
  open = false
  send(2)
  await sync(history.threadId)
  expect(asked).toEqual([null])
  send(2)
  open = true
  await sync(history.threadId)
  expect(seqs()).toEqual([1, 2, 3, 4])
})

test('a restored thread is opened anew', async () => {
  send(9)
  await sync(history.threadId)
  history.step({ do: 'restore' })
  send(1)
  await sync(history.threadId)
  expect(timeline.epoch).toBe(epoch())
  expect(timeline.headSeq).toBe(history.page(null, 1).headSeq)
  const fresh = applyLatest(emptyTimeline(history.threadId), history.latest(5))
  expect(messagesOf(timeline)).toEqual(messagesOf(fresh))
})

// What is written goes out in order, once, and over every loss of the connection.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSender } from '../../../src/client/outbox.ts'
import type { Outbox } from '../../../src/client/outbox.ts'
import type { Connection } from '../../../src/client/connection.ts'
import { ChatError } from '../../../src/contract/errors.ts'

type Asked = { clientId?: string; content: string; settle(error?: ChatError): Promise<void> }

let open = true
let outbox: Outbox = []
let asked: Asked[] = []
let held: (number | null)[] = []

/** A connection whose answers the test gives. */
const connection = {
  request: (_operation: string, input: { clientId?: string; content: string }) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const settle = async (error?: ChatError) => {
      if (error === undefined) resolve({})
      else reject(error)
      await new Promise((done) => setImmediate(done))
    }
    asked.push({ ...input, settle })
    return promise
  },
} as unknown as Connection

const sender = createSender({
  connection,
  isOpen: () => open,
  read: () => outbox,
  write: (next) => (outbox = next),
  onSent: () => undefined,
  onHeld: (until) => held.push(until),
})
const send = (threadId: string, content: string) => sender.send({ threadId, content })

const contents = () => asked.map(({ content }) => content)
const lost = new ChatError('unavailable', 'no answer')

beforeEach(() => {
  open = true
  outbox = []
  asked = []
  held = []
})

afterEach(() => {
  sender.stop()
  vi.useRealTimers()
})

test('one after the other in a thread, side by side in two', async () => {
  send('t1', 'a')
  send('t1', 'b')
  send('t2', 'c')
  expect(contents()).toEqual(['a', 'c'])
  await asked[0]?.settle()
  expect(contents()).toEqual(['a', 'c', 'b'])
  await asked[1]?.settle()
  await asked[2]?.settle()
  expect(outbox).toEqual([])
})

test('what is written without a connection waits; what had no answer is repeated as itself', async () => {
  send('t1', 'a')
  open = false
  await asked[0]?.settle(lost)
  send('t1', 'b')
  expect(outbox.map(({ error }) => error)).toEqual([null, null])
  open = true
  sender.sendAll()
  await asked[1]?.settle()
  await asked[2]?.settle()
  expect(contents()).toEqual(['a', 'a', 'b'])
  expect(asked[1]?.clientId).toBe(asked[0]?.clientId)
  expect(outbox).toEqual([])
})

test('what is refused says why, holds up nothing, and goes again when told', async () => {
  send('t1', 'a')
  send('t1', 'b')
  await asked[0]?.settle(new ChatError('blocked', 'they do not want to hear'))
  expect(outbox[0]?.error).toBe('they do not want to hear')
  await asked[1]?.settle()
  sender.retry(asked[0]?.clientId ?? '')
  await asked[2]?.settle()
  expect(contents()).toEqual(['a', 'b', 'a'])
  expect(outbox).toEqual([])
})

test('who writes too fast is held up, no longer than the server says, and loses nothing', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_000 })
  send('t1', 'a')
  send('t1', 'b')
  send('t2', 'c')
  await asked[0]?.settle(new ChatError('rate_limited', 'slower', { retryAfter: 7 }))
  await asked[1]?.settle()
  expect(held).toEqual([8_000])
  expect(outbox.map(({ error }) => error)).toEqual([null, null])
  send('t3', 'd')
  vi.advanceTimersByTime(6_999)
  expect(contents()).toEqual(['a', 'c'])
  vi.advanceTimersByTime(1)
  expect(held).toEqual([8_000, null])
  expect(contents()).toEqual(['a', 'c', 'a', 'd'])
  await asked[2]?.settle()
  expect(contents()).toEqual(['a', 'c', 'a', 'd', 'b'])
})

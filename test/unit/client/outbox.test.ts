// What is written goes out in order, once, and over every loss of the connection.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSender } from '../../../src/client/outbox.ts'
import type { Outbox } from '../../../src/client/outbox.ts'
import type { Connection } from '../../../src/client/connection.ts'
import type { OutgoingFile } from '../../../src/client/uploads.ts'
import { ChatError } from '../../../src/contract/errors.ts'

type Sent = { clientId?: string; content: string; attachments?: string[] }
type Asked = Sent & { settle(error?: ChatError): Promise<void> }

let open = true
let outbox: Outbox = []
let asked: Asked[] = []
let held: (number | null)[] = []
let uploading: { name: string; settle(error?: ChatError): Promise<void> }[] = []
let forgotten: string[] = []

/** Lets the test answer, and what follows from it happen. */
function answerable(answer: unknown) {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const settle = async (error?: ChatError) => {
    if (error === undefined) resolve(answer)
    else reject(error)
    await new Promise((done) => setImmediate(done))
  }
  return { promise, settle }
}

/** A connection whose answers the test gives. */
const connection = {
  request: (_operation: string, input: Sent) => {
    const { promise, settle } = answerable({})
    asked.push({ ...input, settle })
    return promise
  },
} as unknown as Connection

const uploads = {
  start: ({ clientId, name }: OutgoingFile) => {
    const { promise, settle } = answerable(`a-${clientId}`)
    uploading.push({ name, settle })
    return promise as Promise<string>
  },
  forget: (clientId: string) => forgotten.push(clientId) > 0,
}

let sender: ReturnType<typeof createSender>
const send = (threadId: string, content: string, files: string[] = []) =>
  sender.send({ threadId, content }, files.map(aFile))
const aFile = (name: string): OutgoingFile => ({ clientId: name, name, blob: new Blob([name]) })

const contents = () => asked.map(({ content }) => content)
const lost = new ChatError('unavailable', 'no answer')

beforeEach(() => {
  open = true
  outbox = []
  asked = []
  held = []
  uploading = []
  forgotten = []
  sender = createSender({
    uploads,
    connection,
    isOpen: () => open,
    read: () => outbox,
    write: (next) => (outbox = next),
    onSent: () => undefined,
    onHeld: (until) => held.push(until),
  })
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

test('files go ahead of their message, all at once, and nothing overtakes it in its thread', async () => {
  send('t1', 'a')
  send('t1', 'b', ['one', 'two'])
  send('t1', 'c')
  send('t2', 'd')
  await asked[0]?.settle()
  expect(uploading.map(({ name }) => name)).toEqual(['one', 'two'])
  await uploading[1]?.settle()
  expect(contents()).toEqual(['a', 'd'])
  await uploading[0]?.settle()
  expect(contents()).toEqual(['a', 'd', 'b'])
  expect(asked[2]?.attachments).toEqual(['a-one', 'a-two'])
  await asked[2]?.settle()
  await asked[3]?.settle()
  expect(contents()).toEqual(['a', 'd', 'b', 'c'])
})

test('a file that is refused says which and why, and holds up nothing; told to, it goes again', async () => {
  send('t1', 'a', ['one', 'two'])
  send('t1', 'b')
  await uploading[0]?.settle()
  await uploading[1]?.settle(new ChatError('too_large', 'it is too much'))
  expect(outbox[0]?.error).toBe('two: it is too much')
  expect(contents()).toEqual(['b'])
  await asked[0]?.settle()
  sender.retry(outbox[0]?.clientId ?? '')
  expect(forgotten).toEqual(['one', 'two'])
  await uploading[2]?.settle()
  await uploading[3]?.settle()
  await asked[1]?.settle()
  expect(contents()).toEqual(['b', 'a'])
  expect(outbox).toEqual([])
})

test('with files, too, what is written without a connection waits, and what was lost is repeated', async () => {
  open = false
  send('t1', 'a', ['one'])
  send('t1', 'b')
  expect(uploading).toEqual([])
  open = true
  sender.sendAll()
  open = false
  await uploading[0]?.settle(lost)
  expect(outbox.map(({ error }) => error)).toEqual([null, null])
  open = true
  sender.sendAll()
  await uploading[1]?.settle()
  await asked[0]?.settle()
  await asked[1]?.settle()
  expect(contents()).toEqual(['a', 'b'])
})

test('what is thrown away while its files are on their way is not sent', async () => {
  send('t1', 'a', ['one'])
  send('t1', 'b')
  sender.discard(outbox[0]?.clientId ?? '')
  await uploading[0]?.settle(new ChatError('internal', 'given up'))
  await asked[0]?.settle()
  expect(contents()).toEqual(['b'])
  expect(outbox).toEqual([])
})

test('what is on its way when the client stops stays as it is, for another run', async () => {
  send('t1', 'a', ['one'])
  send('t1', 'b')
  const before = outbox
  sender.stop()
  await uploading[0]?.settle(new ChatError('internal', 'given up'))
  expect(outbox).toBe(before)
  expect(contents()).toEqual([])
})

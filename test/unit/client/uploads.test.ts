// A file is uploaded once, whoever waits for it, and goes on when the connection is back.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { uploadFile } from '../../../src/client/upload.ts'
import { createUploads } from '../../../src/client/uploads.ts'
import type { OutgoingFile, Shares } from '../../../src/client/uploads.ts'
import { ChatError } from '../../../src/contract/errors.ts'
import { limits } from '../../../src/contract/limits.ts'

type Asked = { operation: string; key?: string; fail(code: 'unavailable' | 'too_large'): void }
type Door = Parameters<typeof uploadFile>[0]

let open = true
let shares: Shares = new Map()
let asked: (Asked & { succeed(answer?: object): void })[] = []

const ask = (operation: string, key?: string) => {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  asked.push({
    operation,
    ...(key !== undefined && { key }),
    fail: (code) => reject(new ChatError(code, code)),
    succeed: (answer = { id: 'a1' }) => resolve(answer),
  })
  return promise
}
const door = {
  call: (operation: string, { clientId }: { clientId?: string }) => ask(operation, clientId),
  carry: (operation: string, _: object, { key, onProgress }: Parameters<Door['carry']>[2]) => {
    onProgress?.(0.5)
    return ask(operation, key)
  },
} as unknown as Door

const uploads = createUploads({
  upload: (file, options) => uploadFile(door, file, options),
  isOpen: () => open,
  read: () => shares,
  write: (next) => (shares = next),
})

const aFile = (size = 5): OutgoingFile => ({
  ...{ clientId: 'f1', name: 'a.txt', blob: new Blob([new Uint8Array(size)]) },
})
const passed = (ms = 0) => vi.advanceTimersByTimeAsync(ms)
const last = () => asked.at(-1)

beforeEach(() => {
  vi.useFakeTimers()
  open = true
  shares = new Map()
  asked = []
})

afterEach(() => {
  uploads.stopAll()
  vi.useRealTimers()
})

test('once, for all that want it, and it is known how far it is until it is there', async () => {
  const file = aFile()
  const all = [uploads.start(file), uploads.start(file)]
  await passed()
  expect(shares).toEqual(new Map([['f1', 0.5]]))
  last()?.succeed()
  expect(await Promise.all(all)).toEqual(['a1', 'a1'])
  await uploads.start(file)
  expect([asked.length, shares.size]).toEqual([1, 0])
  uploads.forget('f1')
  void uploads.start(file)
  await passed()
  expect(asked.length).toBe(2)
})

test('in one request it is tried again under one key; a loss that lasts is waited for', async () => {
  const done = uploads.start(aFile())
  await passed()
  last()?.fail('unavailable')
  await passed(500)
  expect(asked.map(({ key }) => key)).toEqual(['f1', 'f1'])
  open = false
  for (let n = 0; n < 7; n++) {
    last()?.fail('unavailable')
    // oxlint-disable-next-line no-await-in-loop -- one pause after the other
    await passed(20_000)
  }
  const before = asked.length
  await passed(3_600_000)
  expect(asked.length).toBe(before)
  open = true
  uploads.goOn()
  await passed()
  last()?.succeed()
  expect(await done).toBe('a1')
  expect(new Set(asked.map(({ key }) => key))).toEqual(new Set(['f1']))
})

test('the connection that is back ends a pause', async () => {
  void uploads.start(aFile())
  for (const pause of [500, 1000, 2000, 4000]) {
    // oxlint-disable-next-line no-await-in-loop -- one pause after the other
    await passed()
    last()?.fail('unavailable')
    // oxlint-disable-next-line no-await-in-loop -- as above
    await passed(pause)
  }
  last()?.fail('unavailable')
  await passed()
  const before = asked.length
  uploads.goOn()
  await passed()
  expect(asked.length).toBe(before + 1)
})

test('what is refused is not tried again, until it is asked for', async () => {
  const refused = uploads.start(aFile())
  await passed()
  last()?.fail('too_large')
  await expect(refused).rejects.toThrow('too_large')
  expect([asked.length, shares.size]).toEqual([1, 0])
  const again = uploads.start(aFile())
  await passed()
  last()?.succeed()
  expect(await again).toBe('a1')
})

test('what is given up in a pause ends at once; of a large one the server is told', async () => {
  const given = uploads.start(aFile(limits.uploadPartBytes + 1))
  await passed()
  const partSize = limits.uploadPartBytes
  last()?.succeed({ id: 'u1', parts: 2, partSize, received: [1], attachmentId: null })
  await passed()
  last()?.fail('unavailable')
  await passed()
  uploads.stop('f1')
  await expect(given).rejects.toThrow('abort')
  expect(asked.map(({ operation }) => operation)).toEqual([
    ...['upload.create', 'upload.part', 'upload.abort'],
  ])
  last()?.succeed()
  expect(shares.size).toBe(0)
})

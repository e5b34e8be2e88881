// What is unsent is kept, whatever happens to it, and comes back in the order of writing.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKeeping } from '../../../src/client/keeping.ts'
import type { OutboxStorage } from '../../../src/client/keeping.ts'
import type { Outbox, Pending } from '../../../src/client/outbox.ts'

const pendingOf = (number: number): Pending => ({
  clientId: `c${number}`,
  input: { threadId: 't1', content: String(number) },
  createdAt: new Date(number).toISOString(),
  error: null,
})

/** A storage that answers in no particular order. */
function aStorage() {
  const kept = new Map<string, Pending>()
  const storage: OutboxStorage = {
    load: async () => [...kept.values()].toReversed(),
    save: async (pending) => void kept.set(pending.clientId, pending),
    remove: async (clientId) => void kept.delete(clientId),
    clear: async () => kept.clear(),
  }
  return { kept, storage }
}

function open(storage: OutboxStorage | undefined) {
  let outbox: Outbox = []
  const keeping = createKeeping({
    storage,
    read: () => outbox,
    set: (next) => (outbox = next),
  })
  return { ...keeping, read: () => outbox }
}

test('files are kept with their message; when it is gone, that is told once', async () => {
  const { kept, storage } = aStorage()
  const gone: string[] = []
  let outbox: Outbox = []
  const keeping = createKeeping({
    storage,
    read: () => outbox,
    set: (next) => (outbox = next),
    onGone: ({ clientId }) => gone.push(clientId),
  })
  const blob = new Blob(['words'])
  const carried = { ...pendingOf(1), files: [{ clientId: 'f1', name: 'a.txt', blob }] }
  keeping.write([carried, pendingOf(2)])
  expect(kept.get('c1')?.files?.[0]?.blob).toBe(blob)
  keeping.write([{ ...carried, error: 'refused' }, pendingOf(2)])
  keeping.write(outbox.slice(0, 1))
  keeping.write([])
  expect(gone).toEqual(['c2', 'c1'])
})

const broken = () => Promise.reject(new Error('no space'))

const step = fc.record({ does: fc.constantFrom('write', 'send', 'fail'), pick: fc.nat(20) })

test('the storage holds what the outbox holds, and a later run finds it in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { kept, storage } = aStorage()
      const first = open(storage)
      for (const [number, { does, pick }] of steps.entries()) {
        const before = first.read()
        const chosen = before[pick % Math.max(1, before.length)]
        if (does === 'write') first.write([...before, pendingOf(number)])
        else if (does === 'send') first.write(before.filter((pending) => pending !== chosen))
        else first.write(before.map((one) => (one === chosen ? { ...one, error: 'refused' } : one)))
        expect([...kept.values()]).toEqual(expect.arrayContaining([...first.read()]))
        expect(kept.size).toBe(first.read().length)
      }
      const second = open(storage)
      const written = pendingOf(1_000)
      second.write([written])
      await second.restore()
      expect(second.read()).toEqual([...first.read(), written])
      await second.forget()
      expect(kept.size).toBe(0)
    }),
  )
})

test('without a storage, or with one that fails, an outbox is as long as the program', async () => {
  for (const storage of [
    undefined,
    { load: broken, save: broken, remove: broken, clear: broken },
  ]) {
    const keeping = open(storage)
    keeping.write([pendingOf(1)])
    // oxlint-disable-next-line no-await-in-loop -- one storage after the other
    await keeping.restore()
    expect(keeping.read()).toEqual([pendingOf(1)])
  }
})

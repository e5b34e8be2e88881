// Presence is asked for those on screen, once, and carried on by events.
import { expect, test } from 'vitest'
import { applyToPresences, createPresence } from '../../../src/client/presence.ts'
import type { Presences } from '../../../src/client/presence.ts'
import type { Rest } from '../../../src/client/rest.ts'
import type { Presence } from '../../../src/contract/user.ts'

const online = (userId: string): Presence => ({ userId, status: 'online', lastSeen: null })
const settled = () => new Promise((done) => setImmediate(done))

function open() {
  let presences: Presences = new Map()
  const asked: string[][] = []
  const rest = {
    call: async (_: string, { userIds }: { userIds: string[] }) => {
      asked.push(userIds)
      return { items: userIds.map(online) }
    },
  } as unknown as Rest
  const presence = createPresence({
    rest,
    read: () => presences,
    write: (next) => (presences = next),
  })
  return { ...presence, asked, presences: () => presences }
}

test('what several parts of a page want is one question, and nobody is asked for twice', async () => {
  const { watch, asked, presences } = open()
  watch(['ana', 'bo'])
  watch(['bo', 'cy'])
  await settled()
  watch(['ana'])
  await settled()
  expect(asked).toEqual([['ana', 'bo', 'cy']])
  expect([...presences().keys()]).toEqual(['ana', 'bo', 'cy'])
})

test('a crowd is asked for by hundreds; after a loss everybody is asked for again', async () => {
  const { watch, askAgain, asked } = open()
  const crowd = Array.from({ length: 150 }, (_, number) => `user-${number}`)
  watch(crowd)
  await settled()
  expect(asked.map((one) => one.length)).toEqual([100, 50])
  askAgain()
  await settled()
  expect(asked.flat()).toEqual([...crowd, ...crowd])
})

test('an event replaces what is known of one person', () => {
  const before: Presences = new Map([['bo', online('bo')]])
  const data = { userId: 'bo', status: 'away' as const, lastSeen: null }
  const after = applyToPresences(before, { event: 'presence.updated', data })
  expect(after.get('bo')).toEqual(data)
  expect(before.get('bo')?.status).toBe('online')
})

// What a sender is told when somebody comes to many messages: their own, all of them, in one event.
import { expect, test } from 'vitest'
import type { Actor } from '../../../src/contract/actor.ts'
import { messageId, messagePlace } from '../../../src/contract/ids.ts'
import { limits } from '../../../src/contract/limits.ts'
import { mentorship } from '../../../src/dialects/mentorship/index.ts'

const threadId = `t0${'a'.repeat(22)}`
const me = { id: 'ann', role: 'user' } as Actor

/** Carries the plan out over a thread in which every other message is of mine. */
function told(as: string, data: { userId: string; deliveredSeq: number; after: number }) {
  const say = mentorship.sockets.says['delivered.updated'].find((one) => one.as === as)
  if (!say) throw new Error(`no ${as}`)
  let plan = say.with({ threadId, data }, { me, at: '2026-01-01T00:00:00.000Z' })
  while ('operation' in plan) {
    const { messageIds } = plan.input as { messageIds: string[] }
    expect(messageIds.length).toBeLessThanOrEqual(limits.pageMost)
    const items = messageIds.map((id) => ({
      ...{ id, kind: 'text', deletedAt: null },
      sender: { id: (messagePlace(id)?.seq ?? 0) % 2 === 0 ? 'ann' : 'ben' },
    }))
    plan = plan.next({ items })
  }
  return plan.end as { messageIds?: string[]; messageId?: string } | null
}

test('more than a page of them', () => {
  const { messageIds = [] } =
    told('messages_delivered', {
      ...{ userId: 'ben', after: 7, deliveredSeq: 307 },
    }) ?? {}
  expect(messageIds.length).toBe(150)
  expect(messageIds[0]).toBe(messageId(threadId, 8))
  expect(messageIds.at(-1)).toBe(messageId(threadId, 306))
  expect(told('message_delivered', { userId: 'ben', after: 7, deliveredSeq: 307 })).toBe(null)
})

const one = (after: number, userId = 'ben') =>
  told('message_delivered', { userId, after, deliveredSeq: after + 1 })

test('one of mine, one of theirs, and my own device', () => {
  expect(one(7)).toMatchObject({ messageId: messageId(threadId, 8), receiverId: 'ben' })
  expect(one(8)).toBe(null)
  expect(one(7, 'ann')).toBe(null)
})

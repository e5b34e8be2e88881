// The promise of the fold: whatever was lost, doubled or late, after a sync it is what history says.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Event } from '../../../src/contract/events.ts'
import type { SyncPage } from '../../../src/contract/thread.ts'
import {
  apply,
  applyLatest,
  applyPage,
  applyRange,
  emptyTimeline,
  hasGap,
  membersOf,
  messagesOf,
  readOf,
  stretchOf,
} from '../../../src/client/timeline.ts'
import { reached, reachOf } from '../../../src/client/reach.ts'
import type { Timeline } from '../../../src/client/timeline.ts'
import { openHistory, people } from './history.ts'
import type { History, Step } from './history.ts'

const who = fc.constantFrom(...people)
const place = fc.nat(30)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('join', 'leave'), who }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('edit', 'delete', 'react', 'hide'), who, place }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('read', 'unread', 'deliver'), who, place }),
  },
)

/** What happens next between server and client; `pick` chooses among what is on its way. */
const turn = fc.oneof(
  { weight: 6, arbitrary: step.map((step) => ({ turn: 'change' as const, step })) },
  {
    weight: 6,
    arbitrary: fc.record({
      turn: fc.constantFrom('deliver', 'repeat', 'drop'),
      pick: fc.nat(100),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      turn: fc.constantFrom('ask', 'answer'),
      limit: fc.integer({ min: 1, max: 9 }),
    }),
  },
)
const restore = fc.constant({ turn: 'change' as const, step: { do: 'restore' as const } })
const turns = fc.array(
  fc.oneof({ weight: 40, arbitrary: turn }, { weight: 1, arbitrary: restore }),
  {
    maxLength: 120,
  },
)

const view = (timeline: Timeline) => ({
  epoch: timeline.epoch,
  headSeq: timeline.headSeq,
  messages: messagesOf(timeline),
  members: membersOf(timeline),
  reads: people.map((userId) => readOf(timeline, userId)),
})

function syncToEnd(timeline: Timeline, history: History, limit = 5): Timeline {
  const page = history.page(timeline.cursor, limit)
  const next = applyPage(timeline, page)
  return page.more ? syncToEnd(next, history, limit) : next
}

const fullSync = (history: History) => syncToEnd(emptyTimeline(history.threadId), history)

describe('the timeline', () => {
  test('after a sync is what history says, whatever was lost, doubled or late', () => {
    fc.assert(
      fc.property(turns, fc.boolean(), (turns, lateEvents) => {
        const history = openHistory()
        let timeline = emptyTimeline(history.threadId)
        let flying: Event[] = []
        let asked: SyncPage | null = null
        for (const turn of turns) {
          if (turn.turn === 'change') {
            const event = history.step(turn.step)
            if (event !== null) flying.push(event)
            // A restored thread closes its sockets: what was on its way in them is gone.
            if (turn.step.do === 'restore') {
              flying = []
              asked = null
              const start = timeline.cursor === null ? emptyTimeline(history.threadId) : timeline
              timeline = syncToEnd(start, history)
            }
          } else if ('pick' in turn) {
            const index = turn.pick % Math.max(1, flying.length)
            const event = flying[index]
            if (turn.turn !== 'drop' && event !== undefined) timeline = apply(timeline, event)
            if (turn.turn !== 'repeat') flying.splice(index, 1)
          } else if (turn.turn === 'ask') asked ??= history.page(timeline.cursor, turn.limit)
          else if (asked !== null) {
            timeline = applyPage(timeline, asked)
            asked = null
          }
        }
        if (asked !== null) timeline = applyPage(timeline, asked)
        timeline = syncToEnd(timeline, history)
        if (lateEvents) timeline = flying.reduce(apply, timeline)
        expect(view(timeline)).toEqual(view(fullSync(history)))
        expect(hasGap(timeline)).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  test('is what history says after all events in any order, without a sync', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.infiniteStream(fc.nat()), (steps, keys) => {
        const history = openHistory()
        const events = steps.flatMap((step) => history.step(step) ?? [])
        const shuffled = events
          .map((event) => ({ event, key: keys.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ event }) => event)
        const timeline = shuffled.reduce(apply, emptyTimeline(history.threadId))
        const expected = { ...view(fullSync(history)), epoch: null }
        expect(view(timeline)).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  test('takes nothing from what it already has, and moves its cursor by pages alone', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const history = openHistory()
        const events = steps.flatMap((step) => history.step(step) ?? [])
        const synced = fullSync(history)
        for (const event of events) expect(apply(synced, event)).toBe(synced)
        const page = history.page(synced.cursor, 10)
        expect(applyPage(synced, page)).toEqual(synced)
        const heard = events.reduce(apply, emptyTimeline(history.threadId))
        expect(heard.cursor).toBe(null)
      }),
    )
  })

  test('opened at the latest page shows that, and all of it after loading what is earlier', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(10), (steps, count) => {
        const history = openHistory()
        const half = steps.length >> 1
        for (const step of steps.slice(0, half)) history.step(step)
        let timeline = applyLatest(emptyTimeline(history.threadId), history.latest(count))
        const { fromSeq } = timeline
        for (const step of steps.slice(half)) {
          const event = history.step(step)
          if (event !== null) timeline = apply(timeline, event)
        }
        const whole = fullSync(history)
        const all = messagesOf(whole)
        expect(messagesOf(timeline)).toEqual(all.filter((message) => message.seq >= fromSeq))
        expect(hasGap(timeline)).toBe(false)
        while (timeline.fromSeq > 1) {
          const before = all.filter((message) => message.seq < timeline.fromSeq)
          const items = before.slice(-3)
          const from = items.length < 3 ? 1 : (items[0]?.seq ?? 1)
          timeline = applyRange(timeline, items, { from, to: timeline.fromSeq - 1 })
        }
        expect(view(timeline)).toEqual(view(whole))
      }),
    )
  })

  test('shows of the places that were loaded all that there is, and grows together', () => {
    const jumps = fc.array(fc.record({ at: fc.nat(40), reach: fc.nat(4), step }), { maxLength: 30 })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(4), jumps, (steps, count, jumps) => {
        const history = openHistory()
        for (const step of steps) history.step(step)
        let timeline = applyLatest(emptyTimeline(history.threadId), history.latest(count))
        for (const { at, reach, step } of jumps) {
          const place = Math.min(Math.max(at, 1), timeline.headSeq)
          const range = { from: Math.max(1, place - reach), to: place + reach }
          const seen = messagesOf(fullSync(history))
          const items = seen.filter(({ seq }) => seq >= range.from && seq <= range.to)
          const to = Math.min(range.to, timeline.headSeq)
          timeline = applyRange(timeline, items, { from: range.from, to })
          // Life goes on while somebody reads what is old.
          const event = history.step(step)
          if (event !== null) timeline = apply(timeline, event)
          const all = messagesOf(fullSync(history))
          for (const seq of [place, undefined]) {
            const { from, to } = stretchOf(timeline, seq)
            const expected = all.filter((message) => message.seq >= from && message.seq <= to)
            expect(messagesOf(timeline, seq)).toEqual(expected)
          }
        }
        const ends = timeline.islands.flatMap(({ from, to }) => [from, to])
        expect(ends).toEqual(ends.toSorted((a, b) => a - b))
        expect(ends.at(-1) ?? 0).toBeLessThan(timeline.fromSeq)
      }),
    )
  })

  test('knows that a message is missing, until a sync brings it', () => {
    const history = openHistory()
    const send = () => history.step({ do: 'send', who: 'ana' }) as Event
    const [first, , third] = [send(), send(), send()]
    let timeline = [first].reduce(apply, emptyTimeline(history.threadId))
    expect(hasGap(timeline)).toBe(false)
    timeline = apply(timeline, third)
    expect(hasGap(timeline)).toBe(true)
    timeline = syncToEnd(timeline, history)
    expect(hasGap(timeline)).toBe(false)
    expect(messagesOf(timeline).map((message) => message.seq)).toEqual([1, 2, 3])
  })

  test('knows that a message is missing while there are more pages', () => {
    const history = openHistory()
    history.step({ do: 'send', who: 'ana' })
    history.step({ do: 'send', who: 'bo' })
    history.step({ do: 'edit', who: 'ana', place: 0 })
    const timeline = applyPage(emptyTimeline(history.threadId), history.page(null, 2))
    expect(messagesOf(timeline).map((message) => message.seq)).toEqual([2])
    expect(hasGap(timeline)).toBe(true)
    expect(hasGap(syncToEnd(timeline, history))).toBe(false)
  })

  test('tells how far a message got: as far as whoever is furthest behind', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), who, (steps, me) => {
        const history = openHistory()
        for (const step of steps) history.step(step)
        const timeline = fullSync(history)
        const others = membersOf(timeline).filter((member) => member.userId !== me)
        for (const { seq } of messagesOf(timeline)) {
          const all = (cursor: 'readSeq' | 'deliveredSeq') =>
            others.length > 0 && others.every((member) => member[cursor] >= seq)
          const expected = all('readSeq') ? 'read' : all('deliveredSeq') ? 'delivered' : 'sent'
          expect(reached(reachOf(timeline, me), seq)).toBe(expected)
        }
      }),
    )
  })

  test('of another thread is left alone', () => {
    const history = openHistory()
    const event = history.step({ do: 'send', who: 'bo' }) as Event
    const other = emptyTimeline('t0other')
    expect(apply(other, event)).toBe(other)
  })
})

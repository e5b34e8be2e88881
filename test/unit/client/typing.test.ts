// That I type is said at once, now and then again, and never in a hurry.
import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { createTypist } from '../../../src/client/typing.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('whatever I do, "typing" is said once a second at most, and ends by itself', () => {
  const key = fc.record({ text: fc.constantFrom('a', 'ab', '', 'sent'), after: fc.nat(4_000) })
  fc.assert(
    fc.property(fc.array(key, { maxLength: 40 }), (keys) => {
      vi.useFakeTimers({ now: 10_000 })
      const said: { typing: boolean; at: number }[] = []
      const typist = createTypist((typing) => said.push({ typing, at: Date.now() }))
      for (const { text, after } of keys) {
        if (text === 'sent') typist.sent()
        else typist.changed(text)
        vi.advanceTimersByTime(after)
      }
      vi.advanceTimersByTime(60_000)
      const starts = said.filter(({ typing }) => typing)
      const pauses = starts.slice(1).map(({ at }, index) => at - (starts[index]?.at ?? 0))
      expect(pauses.every((pause) => pause >= 1_000)).toBe(true)
      // The last word is "no longer", unless a message said it.
      if (!keys.some(({ text }) => text === 'sent'))
        expect(said.at(-1)?.typing ?? false).toBe(false)
      vi.useRealTimers()
    }),
  )
})

test('the first key is said at once, a long text every five seconds, a pause ends it', () => {
  vi.useFakeTimers({ now: 10_000 })
  const said: [boolean, number][] = []
  const typist = createTypist((typing) => said.push([typing, Date.now() - 10_000]))
  for (let second = 0; second <= 6; second++) {
    typist.changed(`${second}`)
    vi.advanceTimersByTime(1_000)
  }
  vi.advanceTimersByTime(10_000)
  expect(said).toEqual([
    [true, 0],
    [true, 5_000],
    [false, 11_000],
  ])
})

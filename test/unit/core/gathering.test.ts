import { expect, test } from 'vitest'
import { gathered, goesOn, nobodyYet } from '../../../src/core/gathering.ts'

/** Which of these commits waited a turn, given how many requests each found. */
function waitsOf(sizes: number[]): boolean[] {
  let gathering = nobodyYet
  return sizes.map((size) => {
    const { waits } = gathering
    gathering = gathered(gathering, size)
    return waits
  })
}
const times = (count: number, size: number) => Array<number>(count).fill(size)

test('someone who writes alone waits for one commit in 33', () => {
  expect(waitsOf(times(330, 1)).filter(Boolean)).toHaveLength(10)
})

test('in company every commit waits, once it was found', () => {
  expect(waitsOf([...times(32, 1), ...times(100, 8)]).slice(32)).toEqual(Array(100).fill(true))
})

test('company that is gone is waited for four times', () => {
  const waits = waitsOf([...times(32, 1), 8, ...times(6, 1)])
  expect(waits.slice(33)).toEqual([true, true, true, true, false, false])
})

test('a commit waits on while many come, and not for ever', () => {
  expect(goesOn(1, 8)).toBe(true)
  expect(goesOn(1, 1)).toBe(false)
  expect(goesOn(100, 8)).toBe(false)
})

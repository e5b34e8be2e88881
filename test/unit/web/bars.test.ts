// The shape of a sound, as it is drawn.
import { expect, test } from 'vitest'
import { barsOf } from '../../../src/web/message/bars.ts'

const half = (first: number, second: number, length: number) =>
  Float32Array.from({ length }, (_, at) => (at < length / 2 ? first : second))

test.each([400, 401, 40, 41, 128, 8_000 * 600])('of %i samples holds the loudest', (length) => {
  const shape = barsOf(half(0.125, -0.5, length))
  expect(shape).toHaveLength(40)
  expect([shape[0], shape[39]]).toEqual([0.25, 1])
})

test('in as many bars as one wants', () => {
  expect(barsOf(half(0.5, 1, 640), 64)).toEqual([...Array(32).fill(0.5), ...Array(32).fill(1)])
})

test('of a few values, or of silence, or of nothing at all, is there too', () => {
  expect(new Set(barsOf([50, 100]))).toEqual(new Set([0.5, 1]))
  expect(new Set(barsOf(new Float32Array(100)))).toEqual(new Set([0]))
  expect(new Set(barsOf([]))).toEqual(new Set([0]))
})

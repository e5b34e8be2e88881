// Quiet hours between the contract, which allows much, and a form, which shows little.
import { expect, test } from 'vitest'
import { isPlain, plainOf, quietOf } from '../../../src/web/list/quiet.ts'

const night = { from: '22:00', to: '07:00' }
const noon = { from: '12:00', to: '13:00' }

test('a form writes what it reads', () => {
  const plain = { ...noon, days: ['mon', 'fri'] as const }
  expect(plainOf(quietOf(plain))).toEqual(plain)
  expect(isPlain(quietOf(plain))).toBe(true)
  expect(plainOf(null).days.length).toBe(7)
})

test('no day, and days that differ', () => {
  expect(plainOf({ zone: 'UTC', days: {} })).toEqual({ ...night, days: [] })
  expect(isPlain({ zone: 'UTC', days: { mon: [], tue: [noon] } })).toBe(true)
  expect(isPlain({ zone: 'UTC', days: { mon: [night], tue: [noon] } })).toBe(false)
  expect(isPlain({ zone: 'UTC', days: { mon: [night, noon] } })).toBe(false)
  expect(plainOf({ zone: 'UTC', days: { tue: [noon], mon: [] } }).days).toEqual(['tue'])
})

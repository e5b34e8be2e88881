// The client's store: what is told when.
import { expect, test } from 'vitest'
import { createStore } from '../../../src/client/store.ts'

test('what is gathered is told once, when it is time; anything else at once', () => {
  const waiting: (() => void)[] = []
  const store = createStore({ a: 0, b: 0 }, (tell) => void waiting.push(tell))
  const heard: object[] = []
  store.subscribe(() => void heard.push(store.get()))

  store.gather(() => {
    store.set({ a: 1 })
    store.set({ b: 1 })
  })
  store.gather(() => store.set({ a: 2 }))
  expect(store.get()).toEqual({ a: 2, b: 1 })
  expect([heard.length, waiting.length]).toEqual([0, 1])
  store.set({ b: 3 })
  expect(heard).toEqual([{ a: 2, b: 3 }])
  waiting[0]?.()
  expect(heard.length).toBe(2)
  expect(() =>
    store.gather(() => {
      throw new Error('no')
    }),
  ).toThrow('no')
  store.set({ a: 4 })
  expect(heard.length).toBe(3)
})

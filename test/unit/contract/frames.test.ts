// The check of a frame's operations that is written by hand says what the schema says.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ask, askOf } from '../../../src/contract/frames.ts'
import { limits } from '../../../src/contract/limits.ts'
import { operations } from '../../../src/contract/operations.ts'
import { rest } from '../../../src/contract/rest.ts'

test('one operation is taken or refused as its schema would, and answered under its id', () => {
  const id = fc.oneof(
    fc.string(),
    fc.string({ minLength: 60, maxLength: 70 }),
    fc.integer(),
    fc.constant(null),
    fc.object(),
  )
  const op = fc.oneof(fc.string(), fc.string({ minLength: 60, maxLength: 70 }), fc.integer())
  const item = fc.oneof(
    fc.record({ id, op, input: fc.anything(), more: fc.anything() }, { requiredKeys: [] }),
    fc.anything(),
  )
  fc.assert(
    fc.property(item, (one) => {
      const told = askOf(one)
      const schema = Ask.safeParse(one)
      expect('op' in told).toBe(schema.success)
      if (schema.success) expect(told).toEqual({ input: undefined, id: undefined, ...schema.data })
      else expect(told.id).toBe(Ask.pick({ id: true }).safeParse(one).data?.id ?? null)
    }),
    { numRuns: 2000 },
  )
})

test('every operation that has an address has one, and the fields of its path are its input’s', () => {
  const places = rest.map(({ method, path }) => `${method} ${path}`)
  expect(new Set(places).size).toBe(rest.length)
  for (const { path, operation, draft = operation, later = operation } of rest)
    for (const served of [operation, draft, later]) {
      const fields = Object.keys(operations[served].input.shape)
      for (const [, name = ''] of path.matchAll(/:(\w+)/g)) expect(fields).toContain(name)
    }
  const onSocketsOnly = Object.keys(operations).filter(
    (name) =>
      !rest.some((route) =>
        [route.operation, route.draft, route.later].some((one) => one === name),
      ),
  )
  expect(onSocketsOnly.toSorted()).toEqual([
    'ack',
    'presence.set',
    'presence.watch',
    'sync',
    'typing.set',
    'viewing.set',
  ])
})

test('the limits are those of the surface', () => {
  expect(limits).toMatchObject({
    content: 10_000,
    metadataBytes: 8192,
    frameBytes: 65_536,
    frameCloseBytes: 1_048_576,
    frameOperations: 100,
    clientId: 64,
    title: 200,
    name: 100,
    emoji: 32,
    mentions: 50,
    members: 10_000,
    membersPerRequest: 1000,
    page: 50,
    pageMost: 100,
    syncLatest: 50,
    behindBytes: 4_194_304,
    behindEvents: 10_000,
  })
})

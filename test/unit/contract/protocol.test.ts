// The lock on the protocol: every shape that crosses the wire, hashed.
/// <reference types="node" />
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { errors } from '../../../src/contract/errors.ts'
import { events } from '../../../src/contract/events.ts'
import { AnswerError, UpFrame } from '../../../src/contract/frames.ts'
import { operations } from '../../../src/contract/operations.ts'
import { PROTOCOL_VERSION } from '../../../src/contract/protocol.ts'
import { rest } from '../../../src/contract/rest.ts'

/** What each version's shapes hash to. Only the last line may change, until it is released. */
const locked: Record<number, string> = {
  1: '5c64470585b1e52d',
}

const inOrder = (table: object) => Object.entries(table).toSorted(([a], [b]) => (a < b ? -1 : 1))
const schema = (type: z.ZodType, io: 'input' | 'output') =>
  z.toJSONSchema(type, { io, unrepresentable: 'any' })

export function protocol() {
  return {
    operations: inOrder(operations).map(([name, row]) => [
      name,
      schema(row.input, 'input'),
      schema(row.output, 'output'),
    ]),
    events: inOrder(events).map(([name, data]) => [name, schema(data, 'output')]),
    frames: [schema(UpFrame, 'input'), schema(AnswerError, 'output')],
    errors: inOrder(errors),
    rest: rest.map(({ method, path, operation, status }) => [method, path, operation, status]),
  }
}

test('the shapes on the wire are those of this version of the protocol', () => {
  const hash = createHash('sha256').update(JSON.stringify(protocol())).digest('hex').slice(0, 16)
  const advice = `The protocol changed; its hash is now ${hash}. While version ${PROTOCOL_VERSION} is not
released, or if clients of today will not notice (an operation or an optional field more), write
that hash into test/unit/contract/protocol.test.ts. Else raise PROTOCOL_VERSION in
src/contract/protocol.ts too, say there what changed, and lock the new version beside the old ones.`
  expect(locked[PROTOCOL_VERSION], advice).toBe(hash)
})

test('every version up to this one is locked', () => {
  const versions = Array.from({ length: PROTOCOL_VERSION }, (_, n) => String(n + 1))
  expect(Object.keys(locked)).toEqual(versions)
})

test('the lock holds something of everything', () => {
  const { operations, events, frames, errors, rest } = protocol()
  expect(operations.length).toBeGreaterThan(35)
  expect(events.length).toBeGreaterThan(11)
  expect([frames.length, errors.length > 12, rest.length > 35]).toEqual([2, true, true])
  const send = JSON.stringify(operations.find(([name]) => name === 'message.send'))
  for (const field of ['"clientId"', '"maxLength":10000', '"reactions"', '"replyTo"'])
    expect(send).toContain(field)
})

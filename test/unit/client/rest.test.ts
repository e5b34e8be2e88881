// Where an operation's input goes on REST.
import { expect, test } from 'vitest'
import { requestOf } from '../../../src/client/rest.ts'
import { rest } from '../../../src/contract/rest.ts'
import type { Operation } from '../../../src/contract/operations.ts'

function request(operation: Operation, input: object) {
  const route = rest.find((row) => row.operation === operation)
  if (route === undefined) throw new Error(`${operation} has no address`)
  return requestOf(route, input)
}

test('fields of the path are taken from the input, and written for an address', () => {
  expect(request('reaction.add', { messageId: 'm1', emoji: '👍/?' })).toEqual({
    method: 'PUT',
    path: '/messages/m1/reactions/%F0%9F%91%8D%2F%3F',
    body: {},
  })
})

test('what is left is the body, or the query of a GET or DELETE', () => {
  expect(request('message.send', { threadId: 't1', content: 'a', replyTo: undefined })).toEqual({
    method: 'POST',
    path: '/threads/t1/messages',
    body: { content: 'a' },
  })
  expect(request('message.list', { threadId: 't1', before: 7, limit: 50 }).path).toBe(
    '/threads/t1/messages?before=7&limit=50',
  )
  expect(request('message.delete', { messageId: 'm1', for: 'me' })).toEqual({
    method: 'DELETE',
    path: '/messages/m1?for=me',
    body: undefined,
  })
})

test('lists are written with commas', () => {
  expect(request('presence.get', { userIds: ['a', 'b c'] }).path).toBe('/presence?userIds=a%2Cb+c')
})

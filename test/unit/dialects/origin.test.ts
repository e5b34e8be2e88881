// Files at whole addresses, wherever they stand in what is said.
import { expect, test } from 'vitest'
import { withOrigin } from '../../../src/dialects/origin.ts'

const origin = 'https://chat.example'
const aFile = (start = '') => ({
  id: 'a1',
  url: `${start}/v1/attachments/a1`,
  thumbnailUrl: `${start}/v1/attachments/a1?width=400`,
})

const saidOf = (file: object) => ({ items: [{ content: 'x', attachments: [file, file] }], n: 1 })

test('every file gets the origin, at any depth, and nothing else is changed', () => {
  expect(withOrigin(saidOf(aFile()), origin)).toEqual(saidOf(aFile(origin)))
  const paper = { ...aFile(), thumbnailUrl: null }
  expect(withOrigin(paper, origin)).toEqual({ ...aFile(origin), thumbnailUrl: null })
})

test('what holds no file is the same object', () => {
  const bare = { content: '/v1/attachments/a1', preview: { url: 'https://x.example' }, none: null }
  expect(withOrigin(bare, origin)).toBe(bare)
  expect(withOrigin(null, origin)).toBe(null)
})

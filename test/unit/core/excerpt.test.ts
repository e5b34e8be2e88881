// The beginning of a message.
import { expect, test } from 'vitest'
import { excerptOf } from '../../../src/core/excerpt.ts'

test.each([
  ['hi <b>there</b>', 'plain', 'hi <b>there</b>'],
  ['a\n\n  b ', 'plain', 'a b'],
  ['<p>hi <b>there</b></p><p>you</p>', 'html', 'hi there you'],
  ['<a href="https://a.test/?x>y">link</a>', 'html', 'link'],
  ['1 &#x3C; 2 &#x26; 3', 'html', '1 < 2 & 3'],
] as const)('of %j as %s is %j', (content, format, excerpt) => {
  expect(excerptOf({ content, format, attachments: [] })).toBe(excerpt)
})

const plain = (content: string, attachments: { name: string }[] = []) =>
  excerptOf({ content, format: 'plain', attachments })

test('of files without words are their names', () => {
  const files = [{ name: 'a.png' }, { name: 'b.pdf' }]
  expect([plain(' ', files), plain('look', files)]).toEqual(['a.png, b.pdf', 'look'])
})

test('ends after 160 characters, between them', () => {
  expect(plain('🎈'.repeat(200))).toBe(`${'🎈'.repeat(160)}…`)
  expect(plain('x'.repeat(160))).toBe('x'.repeat(160))
})

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
  expect(excerptOf(content, format)).toBe(excerpt)
})

test('ends after 160 characters, between them', () => {
  expect(excerptOf('🎈'.repeat(200), 'plain')).toBe(`${'🎈'.repeat(160)}…`)
  expect(excerptOf('x'.repeat(160), 'plain')).toBe('x'.repeat(160))
})

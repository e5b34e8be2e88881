// The link of a message that gets a preview, in plain text and in cleaned HTML.
import { describe, expect, test } from 'vitest'
import { cleanContent } from '../../../src/core/content.ts'
import { decodeEntities } from '../../../src/core/entities.ts'
import { firstLink } from '../../../src/core/first-link.ts'

describe('the first link', () => {
  test.each([
    ['see https://a.example/x and https://b.example', 'https://a.example/x'],
    ['HTTP://A.example', 'HTTP://A.example'],
    ['https://a.example/x.', 'https://a.example/x'],
    ['(https://a.example/x)', 'https://a.example/x'],
    ['https://a.example/x_(y)', 'https://a.example/x_(y)'],
    ['(see https://a.example/x_(y)).', 'https://a.example/x_(y)'],
    ['<https://a.example/?a=1&b=2>', 'https://a.example/?a=1&b=2'],
    ['"https://a.example/"', 'https://a.example/'],
    ['https://a.example/?q=1!?', 'https://a.example/?q=1'],
    ['no link', null],
    ['https://', null],
    ['http is a protocol: http://', null],
    ['ftp://a.example javascript:alert(1)', null],
    [`https://a.example/${'x'.repeat(2050)}`, null],
  ])('of plain %j', (content, link) => {
    expect(firstLink(content, 'plain')).toBe(link)
  })

  test.each([
    ['<a href="https://a.example/?a=1&amp;b=2">here</a>', 'https://a.example/?a=1&b=2'],
    ['<p>see https://a.example/?a=1&amp;b=2.</p>', 'https://a.example/?a=1&b=2'],
    ['<a href="mailto:a@b.example">me</a> https://a.example', 'https://a.example'],
    ['<a href="https://a.example">https://b.example</a>', 'https://a.example'],
    ['https://b.example <a href="https://a.example">x</a>', 'https://b.example'],
    ['see <b>https://a.example</b>', 'https://a.example'],
    ['<img src="https://a.example">', 'https://a.example'],
    ['<script>https://a.example</script>', null],
    ['https://a.example', 'https://a.example'],
    ['<b>nothing</b>', null],
  ])('of HTML %j', (written, link) => {
    expect(firstLink(cleanContent(written, 'html'), 'html')).toBe(link)
  })

  test('of a deleted message is none', () => {
    expect(firstLink(null, 'plain')).toBe(null)
  })
})

test.each([
  ['a &amp; b', 'a & b'],
  ['&lt;b&gt;&quot;&#39;&#x27;', `<b>"''`],
  ['<title>&eacute;</title>', '<title>é</title>'],
  ['AT&T', 'AT&T'],
  ['&amp;lt;', '&lt;'],
])('%j reads %j', (html, text) => {
  expect(decodeEntities(html)).toBe(text)
})

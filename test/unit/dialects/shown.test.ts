// What a page of a source document may put into innerHTML.
import { describe, expect, test } from 'vitest'
import { address, html, safely, words } from '../../../src/dialects/shown.ts'

describe('strings of a dialect', () => {
  test('names keep their words and lose their tags', () => {
    expect(words('Tom & <script>alert(1)</script>')).toBe('Tom & ‹script›alert(1)‹/script›')
  })

  test('content is HTML: cleaned already, or escaped', () => {
    expect(html({ format: 'html', content: '<b>hi</b> &amp; bye' })).toBe('<b>hi</b> &amp; bye')
    expect(html({ format: 'plain', content: '<b>hi</b> & bye' })).toBe(
      '&lt;b&gt;hi&lt;/b&gt; &amp; bye',
    )
    expect(html({ format: 'html', content: null })).toBe('')
  })

  test.each([
    ['https://a.example/x.png', 'https://a.example/x.png'],
    [
      `https://a.example/x.png" onerror="alert(1)`,
      'https://a.example/x.png%22%20onerror=%22alert(1)',
    ],
    [`https://a.example/'><script>`, 'https://a.example/%27%3E%3Cscript%3E'],
    ['javascript:alert(1)', ''],
    ['data:text/html,<script>', ''],
    ['/x.png', ''],
    ['', ''],
    [null, ''],
  ])('an address %s is %s', (given, shown) => expect(address(given)).toBe(shown))

  test('free JSON is made safe all through', () => {
    expect(safely({ '<a>': ['<b>', { c: '<d>' }, 1, null, true] })).toEqual({
      '‹a›': ['‹b›', { c: '‹d›' }, 1, null, true],
    })
  })
})

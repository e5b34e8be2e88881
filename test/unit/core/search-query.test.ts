// The language of the search box: what it means, and that every text means something.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery, periodOf } from '../../../src/core/search-query.ts'
import type { SearchQuery } from '../../../src/core/search-query.ts'
import { plainText } from '../../../src/core/plain-text.ts'
import { snippetOf } from '../../../src/core/snippet.ts'
import { wordsOf } from '../../../src/core/words.ts'
import { matchOf } from '../../../src/store/search/match.ts'

const nothing: SearchQuery = {
  words: { all: [], none: [] },
  from: { any: [], none: [] },
  in: { any: [], none: [] },
  has: { all: [], none: [] },
  since: null,
  until: null,
  unread: null,
}
const word = (...words: string[]) => ({ words, prefix: false })
const prefix = (...words: string[]) => ({ words, prefix: true })
const everybody = { userId: 'me', senders: null, notSenders: [], threads: null }

describe('words', () => {
  test('are folded and cut', () => {
    expect(wordsOf('Crème BRÛLÉE, don’t! Straße ΟΔΟΣ Łódź')).toEqual(
      'creme brulee don t strasse οδοσ lodz'.split(' '),
    )
    expect(wordsOf('हिन्दी ＡＢＣ 3.5 foo_bar 🎉')).toEqual([
      'हिन्दी',
      'abc',
      '3',
      '5',
      'foo',
      'bar',
      '🎉',
    ])
    expect(wordsOf('iPhone手机 東京都 ガ')).toEqual([
      'iphone',
      '手机',
      '机',
      '東京',
      '京都',
      '都',
      'ガ',
    ])
  })

  test('hold nothing that an expression could take for its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const each of wordsOf(text)) expect(each).not.toMatch(/[\s"*()]/)
      }),
    )
  })
})

describe('a query', () => {
  test.each<[string, Partial<SearchQuery>]>([
    ['hello World', { words: { all: [word('hello'), word('world')], none: [] } }],
    ['"Hello, World" -no', { words: { all: [word('hello', 'world')], none: [word('no')] } }],
    ['wor* "two wor"*', { words: { all: [prefix('wor'), prefix('two', 'wor')], none: [] } }],
    ['apt-get', { words: { all: [word('apt', 'get')], none: [] } }],
    ['上海', { words: { all: [word('上海')], none: [] } }],
    ['海', { words: { all: [prefix('海')], none: [] } }],
    ['"unbalanced ( q*', { words: { all: [word('unbalanced', 'q')], none: [] } }],
    ['“smart quotes”', { words: { all: [word('smart', 'quotes')], none: [] } }],
    ['from:bob -from:"Ann B" FROM:c', { from: { any: ['bob', 'c'], none: ['Ann B'] } }],
    ['in:t0abc -in:x', { in: { any: ['t0abc'], none: ['x'] } }],
    ['has:Link -has:image', { has: { all: ['link'], none: ['image'] } }],
    ['is:unread', { unread: true }],
    ['-is:unread', { unread: false }],
    ['has:luck', { words: { all: [word('has', 'luck')], none: [] } }],
    ['before:then', { words: { all: [word('before', 'then')], none: [] } }],
    ['from: http://a.b', { words: { all: [word('from'), word('http', 'a', 'b')], none: [] } }],
    ['??? - "" *', {}],
    [
      'after:2026-01-31 before:2026-03 before:2027',
      { since: Date.UTC(2026, 1, 1), until: Date.UTC(2026, 2, 1) },
    ],
    ['on:2026-12-31', { since: Date.UTC(2026, 11, 31), until: Date.UTC(2027, 0, 1) }],
  ])('%s', (text, expected) => {
    expect(parseQuery(text)).toEqual({ ...nothing, ...expected })
  })

  test('never throws, and its expression holds only words in quotes', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom(...'ab"*-:( 上é', 'from:', 'in:', 'has:', 'on:2026-01-01'),
      }),
    )
    fc.assert(
      fc.property(typed, (text) => {
        const match = matchOf(parseQuery(text), everybody) ?? ''
        const rest = match.replace(/"[^"\s]+(?: [^"\s]+)*"/gu, 'W')
        expect(rest).toMatch(/^\(?(?:(?:text|facts) : W(?: \*)?|\(|\)| AND | OR | NOT )*$/u)
      }),
      { numRuns: 2000 },
    )
  })

  test('of names that nobody has matches nothing', () => {
    expect(matchOf(parseQuery('a'), { ...everybody, senders: [] })).toBeNull()
    expect(matchOf(parseQuery('a'), { ...everybody, threads: [] })).toBeNull()
  })
})

test.each([
  ['2026', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ['2026-02', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
  ['2026-01-01T10:00', '2026-01-01T10:00:00.000Z', '2026-01-01T10:01:00.000Z'],
  ['2026-01-01T10:00:30+02:00', '2026-01-01T08:00:30.000Z', '2026-01-01T08:00:31.000Z'],
  ['2026-01-01T10:00:00.500Z', '2026-01-01T10:00:00.500Z', '2026-01-01T10:00:00.501Z'],
])('the period %s', (text, start, end) => {
  const period = periodOf(text)
  expect(period && [period.start, period.end].map((at) => new Date(at).toISOString())).toEqual([
    start,
    end,
  ])
})

test.each(['', 'soon', '2026-13', '2026-02-29', '2026-00-10', '20260101', '2026-01-01T25:00'])(
  '%s is no period',
  (text) => {
    expect(periodOf(text)).toBeNull()
  },
)

describe('a snippet', () => {
  test('is all of a short text, and the part around the word of a long one', () => {
    expect(snippetOf('  short\n text ', [word('text')])).toBe('short text')
    const long = `${'before '.repeat(100)}Nädel ${'after '.repeat(100)}`
    const snippet = snippetOf(long, [word('nadel')])
    expect(snippet).toMatch(/^…(?:before )+Nädel (?:after ?)+…$/u)
    expect(snippet.length).toBeLessThan(180)
    expect(snippetOf(`${'好'.repeat(300)}上海${'好'.repeat(300)}`, [word('上海')])).toContain(
      '上海',
    )
  })

  test('of any text is a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), fc.string(), (text, q) => {
        expect(snippetOf(text, parseQuery(q).words.all).length).toBeLessThan(200)
      }),
    )
  })
})

test('HTML is read without its tags', () => {
  const html = '<p>Foo<b>bar</b><br>next</p><ul><li>a &lt; b</li></ul>'
  expect(wordsOf(plainText(html, 'html'))).toEqual(['foobar', 'next', 'a', 'b'])
  expect(plainText('<b>', 'plain')).toBe('<b>')
})

// Spam: what scores how much, which disguises are seen through, and which words are let be.
import { describe, expect, test } from 'vitest'
import { explain, judge, keywordsIn } from '../../../src/core/spam.ts'

const keywords = ['viagra', 'cialis', 'casino', 'lottery']
const links = (count: number, scheme = 'https://') =>
  Array.from({ length: count }, (_, at) => `${scheme}example.com/${at}`).join(' ')

const anchors = (count: number) =>
  Array.from({ length: count }, (_, at) => {
    const address = `https://example.com/${at}`
    return `<a href="${address}" rel="noopener noreferrer" target="_blank">${address}</a>`
  }).join(' ')

const of = (content: string, more: Partial<Parameters<typeof judge>[0]> = {}) =>
  judge({ content, format: 'plain', duplicate: false, ...more }, keywords)

describe('the score', () => {
  test.each([
    ['nothing', 'hello there', 0, false],
    ['one keyword', 'casino', 20, false],
    ['two keywords', 'casino and lottery', 40, false],
    ['three keywords', 'casino, lottery, viagra', 60, true],
    ['a keyword three times', 'casino casino CASINO', 20, false],
    ['five links', links(5), 0, false],
    ['six links', links(6), 30, false],
    ['seven links', links(7), 60, true],
    ['six links and a keyword', `casino ${links(6)}`, 50, true],
    ['links without a scheme', links(7, 'www.'), 60, true],
    ['addresses in words', 'see example.com or a@example.com '.repeat(9), 0, false],
  ])('of %s', (_, content, score, spam) => {
    expect(of(content)).toMatchObject({ score, spam, threshold: 50 })
  })

  test('of a duplicate is enough alone', () => {
    expect(of('hello', { duplicate: true })).toEqual({
      spam: true,
      score: 50,
      threshold: 50,
      reasons: [{ reason: 'duplicate', score: 50 }],
    })
  })

  test('tells every reason, and says them in words', () => {
    const verdict = of(`casino ${links(7)}`, { duplicate: true })
    expect(verdict.reasons).toEqual([
      { reason: 'keyword', score: 20, keyword: 'casino' },
      { reason: 'links', score: 60, links: 7 },
      { reason: 'duplicate', score: 50 },
    ])
    expect(explain(verdict)).toBe(
      'this looks like spam: it holds the word “casino”, it holds 7 links, you sent the same a moment ago',
    )
  })
})

describe('HTML', () => {
  const html = { format: 'html' } as const

  test('counts a link and its own text once', () => {
    expect(of(anchors(5), html).score).toBe(0)
    expect(of(`${anchors(5)} https://example.com`, html).score).toBe(30)
    expect(of(anchors(7), html).spam).toBe(true)
  })

  test('is read as it is shown', () => {
    expect(of('<p>cas<b>in</b>o</p>', html).score).toBe(20)
    expect(of('<p>casi</p><p>not</p>', html).score).toBe(0)
    expect(of('<ul><li>casino</li><li>lottery</li></ul>', html).score).toBe(40)
    expect(of('<a href="https://casino.example">here</a>', html).score).toBe(20)
    expect(of('a &#x26; b &#x3C; casino', html).score).toBe(20)
  })

  test('in a plain message is text', () => {
    expect(of(anchors(4)).score).toBe(90)
  })
})

describe('keywords', () => {
  test.each([
    'Viagra',
    'VIAGRA!',
    '(viagra)',
    'v1agra',
    'v14gr4',
    'V!@gra',
    'v.i.a.g.r.a',
    'v i a g r a',
    'v-i_a*g r.a',
    'v . i . a . g . r . a',
    'vi agra',
    'viiaagra',
    'viaaaaaaaaaaaaagra',
    'víâgrà',
    'ｖｉａｇｒａ',
    'vi\u200bagra',
    'https://viagra.example',
    'x,viagra;y',
  ])('are seen in %j', (text) => {
    expect(keywordsIn(text, keywords)).toEqual(['viagra'])
  })

  test.each([
    'specialist',
    'socialism',
    'special is',
    'viagran',
    'aviagra',
    'viara',
    'casinos',
    'lotery',
    'caso in',
    'a slot tery',
    'v',
    '',
  ])('are not seen in %j', (text) => {
    expect(keywordsIn(text, keywords)).toEqual([])
  })

  test('may be any words at all', () => {
    expect(keywordsIn('get it for free money now', ['free money'])).toEqual(['free money'])
    expect(keywordsIn('learn c++ [today]', ['C++', '[today]', '^', '\\'])).toEqual([
      'C++',
      '[today]',
    ])
    expect(keywordsIn('点击这里免费赌场', ['赌场'])).toEqual(['赌场'])
    expect(keywordsIn('казино', ['Казино', ' ', '.'])).toEqual(['Казино'])
    expect(keywordsIn('anything', [])).toEqual([])
  })

  test('are looked for in no time in the worst of texts', () => {
    const texts = ['c1', 'ci', 'c i a l i', '1!|', 'l0tter ', 'a.', 'v'].map((part) =>
      part.repeat(10_000).slice(0, 10_000),
    )
    const begin = performance.now()
    for (const text of texts) keywordsIn(text, keywords)
    expect(performance.now() - begin).toBeLessThan(500)
  })
})

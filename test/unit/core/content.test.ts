// HTML is cleaned with an allow-list: nothing runs, and nobody's words vanish.
import * as fc from 'fast-check'
import { fromHtml } from 'hast-util-from-html'
import { describe, expect, test } from 'vitest'
import { cleanContent } from '../../../src/core/content.ts'

const html = (text: string) => cleanContent(text, 'html')
const rel = 'rel="noopener noreferrer" target="_blank"'

describe('plain text', () => {
  test.each(['', 'a < b && c > d', '<script>alert(1)</script>', '&amp;', ' \n\t ', '\u0000', '🎈'])(
    'is kept to the byte: %j',
    (text) => {
      expect(cleanContent(text, 'plain')).toBe(text)
    },
  )
})

describe('HTML', () => {
  test.each([
    ['no tags at all', 'no tags at all'],
    ['a > b', 'a > b'],
    [
      '<b>a</b> <strong>b</strong> <i>c</i> <em>d</em>',
      '<b>a</b> <strong>b</strong> <i>c</i> <em>d</em>',
    ],
    ['<u>a</u><s>b</s><del>c</del>', '<u>a</u><s>b</s><del>c</del>'],
    ['<ul><li>a</li></ul><ol><li>b</li></ol>', '<ul><li>a</li></ul><ol><li>b</li></ol>'],
    [
      '<blockquote>q</blockquote><pre><code>c</code></pre>',
      '<blockquote>q</blockquote><pre><code>c</code></pre>',
    ],
    ['<p>one<br>two</p>', '<p>one<br>two</p>'],
    ['<B CLASS="x" STYLE="y">a</B>', '<b>a</b>'],
    [
      '<a href="https://a.test/?b=1&amp;c=2">x</a>',
      `<a href="https://a.test/?b=1&#x26;c=2" ${rel}>x</a>`,
    ],
    [
      '<a href="mailto:a@b.test" target="_top" rel="opener">x</a>',
      `<a href="mailto:a@b.test" ${rel}>x</a>`,
    ],
    ['1 &lt; 2 &amp; 3', '1 &#x3C; 2 &#x26; 3'],
    ['<b>unclosed', '<b>unclosed</b>'],
    ['</b>closed', 'closed'],
  ])('keeps what is harmless: %s', (text, clean) => {
    expect(html(text)).toBe(clean)
  })

  test.each([
    ['<script>alert(1)</script>hi', 'hi'],
    ['<b onclick="x()" onmouseover=x()>hi</b>', '<b>hi</b>'],
    ['<p style="position:fixed">hi</p>', '<p>hi</p>'],
    ['<style>*{display:none}</style>hi', 'hi'],
    ['<svg onload=alert(1)><circle/></svg>hi', 'hi'],
    ['<math><mi xlink:href="javascript:alert(1)">x</mi></math>hi', 'hi'],
    ['<iframe src="https://evil.test"></iframe>hi', 'hi'],
    ['<object data="x"></object><embed src="x">hi', 'hi'],
    ['<template><b>x</b></template>hi', 'hi'],
    ['<noscript><p title="</noscript><img src=x onerror=alert(1)>">hi', null],
    ['<link rel=stylesheet href=x><meta http-equiv=refresh content=0><base href=x>hi', 'hi'],
    ['<!-- <b>x</b> -->hi', 'hi'],
    ['<a href="javascript:alert(1)">x</a>', '<a>x</a>'],
    ['<a href=" java\nscript:alert(1)">x</a>', '<a>x</a>'],
    ['<a href="&#106;avascript:alert(1)">x</a>', '<a>x</a>'],
    ['<a href="data:text/html,x">x</a>', '<a>x</a>'],
    ['<a href="vbscript:x">x</a>', '<a>x</a>'],
  ])('drops what runs or loads: %s', (text, clean) => {
    if (clean !== null) expect(html(text)).toBe(clean)
    expect(html(text)).not.toMatch(/<(script|style|svg|iframe|img|noscript)/i)
  })

  test.each([
    ['<x>a</x>', '&#x3C;x>a&#x3C;/x>'],
    ['I <3 you', 'I &#x3C;3 you'],
    ['<img src=x onerror=alert(1)>', '&#x3C;img src=x onerror=alert(1)>'],
    ['Array<string> and <T>', 'Array&#x3C;string> and &#x3C;T>'],
    ['<b><foo>in</foo></b>', '<b>&#x3C;foo>in&#x3C;/foo></b>'],
    ['<foo><script>x</script><b>in</b></foo>', '&#x3C;foo><b>in</b>&#x3C;/foo>'],
    ['<form action=x><input name=y></form>', '&#x3C;form action=x>&#x3C;input name=y>&#x3C;/form>'],
    ['<video src=x controls></video>', '&#x3C;video src=x controls>&#x3C;/video>'],
  ])('shows unknown tags as text: %s', (text, clean) => {
    expect(html(text)).toBe(clean)
  })

  const pieces = [
    ...['<b>', '</b>', '<a href="https://a.test">', '<a href=javascript:x>', '</a>', '<script>'],
    ...['</script>', '<svg onload=x>', '</svg>', '<x y=z>', '<li>', '<p>', '</p>', '<ul>', '&lt;'],
    ...['&amp;lt;', '&#60;', '<', '>', '&', '"', "'", 'word', ' ', '<!--', '-->', '<img src=x>'],
    ...['<math>', '<style>', '</style>', '<title>', '<pre>\n', '<noscript>', '<textarea>'],
  ]
  const tables = ['<table>', '<tr>', '<td>', '</table>', '<select>', '<option>', '<frameset>']

  test('of any kind holds nothing but what is kept, and so it does when it is read again', () => {
    fc.assert(
      fc.property(soup([...pieces, ...tables]), (text) => {
        const once = html(text)
        for (const clean of [once, html(once)]) expect(strange(clean)).toEqual([])
      }),
      { numRuns: 3000 },
    )
  })

  test('once clean stays as it is', () => {
    fc.assert(
      fc.property(soup(pieces), (text) => {
        const once = html(text)
        expect(html(once)).toBe(once)
      }),
      { numRuns: 3000 },
    )
  })
})

const soup = (from: string[]) =>
  fc.array(fc.constantFrom(...from), { maxLength: 12 }).map((parts) => parts.join(''))

const kept = 'b strong i em u s del a ul ol li blockquote code pre br p'.split(' ')

/** Tags, attributes and addresses that have no business in a message, as a browser would find them. */
function strange(text: string): string[] {
  const walk = (nodes: ReturnType<typeof fromHtml>['children']): string[] =>
    nodes.flatMap((node) => {
      if (node.type !== 'element') return node.type === 'text' ? [] : [node.type]
      const tag = kept.includes(node.tagName) ? [] : [node.tagName]
      const attributes = Object.entries(node.properties).flatMap(([name, value]) => {
        if (node.tagName === 'a' && ['rel', 'target'].includes(name)) return []
        return name === 'href' && /^(https?|mailto):/.test(String(value)) ? [] : [name]
      })
      return [...tag, ...attributes, ...walk(node.children)]
    })
  return walk(fromHtml(text, { fragment: true }).children)
}

// What a file is beside what it seems to be, however its bytes are cut.
import { expect, test } from 'vitest'
import { bytesOf, joined } from '../../../src/core/bytes.ts'
import { ForeignContent } from '../../../src/core/foreign-content.ts'
import type { FileKind } from '../../../src/contract/files.ts'

const zipEnd = joined([
  bytesOf('PK\x05\x06'),
  Uint8Array.of(0, 0, 0, 0, 1, 0, 1, 0, 60, 0, 0, 0, 9, 0, 0, 0, 0, 0),
])
const filler = (length: number) => new Uint8Array(length).fill(0x61)

function verdictOn(bytes: Uint8Array, kind: FileKind, cut: number, type = 'image/png') {
  const foreign = new ForeignContent(kind, type)
  for (let at = 0; at < bytes.length; at += cut) foreign.look(bytes.subarray(at, at + cut))
  return foreign.verdict()
}

test.each<[what: string, bytes: Uint8Array, verdict: string | null]>([
  ['an archive at the end', joined([filler(100), zipEnd]), 'a ZIP archive'],
  ['an archive with a comment', joined([filler(10), zipEnd, filler(65_000)]), 'a ZIP archive'],
  ['the letters alone, by chance', joined([filler(9), bytesOf('PK\x05\x06'), filler(99)]), null],
  ['an archive long before', joined([zipEnd, filler(66_000)]), null],
  ['a tag', joined([filler(500), bytesOf('<ScRiPt>')]), 'a page with a script'],
  ['a server page', joined([filler(500), bytesOf('<?php')]), 'a page with a script'],
  ['a sign like a tag', joined([filler(500), bytesOf('<scrip <htm <')]), null],
  ['a document at the begin', joined([filler(900), bytesOf('%PDF-1.7')]), 'a PDF document'],
  ['the same far behind', joined([filler(1100), bytesOf('%PDF-1.7')]), null],
  ['RAR', joined([filler(50), bytesOf('Rar!\x1a\x07')]), 'a RAR archive'],
  ['nothing', filler(5000), null],
])('%s', (_what, bytes, verdict) => {
  for (const cut of [1, 7, 21, 22, 23, 64, 100_000])
    expect([cut, verdictOn(bytes, 'image', cut)]).toEqual([cut, verdict])
})

test('a film has texts of its own, but not at its begin', () => {
  const late = joined([filler(5000), bytesOf('<html>')])
  const early = joined([filler(50), bytesOf('<html>')])
  expect([verdictOn(late, 'video', 999), verdictOn(early, 'video', 999)]).toEqual([
    null,
    'a page with a script',
  ])
})

test('documents hold documents; a PDF is no archive, though', () => {
  const both = joined([bytesOf('%PDF-1.4 <script>'), zipEnd])
  expect(verdictOn(both, 'document', 9, 'application/pdf')).toBe('a ZIP archive')
  expect(verdictOn(both, 'document', 9, 'application/msword')).toBe(null)
})

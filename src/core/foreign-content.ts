// A file that is two things at once: an image that is a page as well, a song that is an archive. It
// is looked at as it passes by, from its first byte to its last, and none of it is kept.
import type { FileKind } from '../contract/files.ts'
import { bytesOf, joined, placesOf, standsAt } from './bytes.ts'

/** Tags with which a browser, or a server behind it, would begin to run something. */
const tags = ['<script', '<html', '<!doctype html', '<svg', '<iframe', '<body', '<?php'].map(
  bytesOf,
)
const archives = [
  { is: 'a RAR archive', mark: Uint8Array.of(0x52, 0x61, 0x72, 0x21, 0x1a, 0x07) },
  { is: 'a 7z archive', mark: Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c) },
]
const pdf = bytesOf('%PDF-')
/** The record that ends a ZIP archive, and so every JAR: readers look for it from the end. */
const zipEnd = Uint8Array.of(0x50, 0x4b, 0x05, 0x06)
const ZIP_END_BYTES = 22
/** A comment after it has at most 65,535 bytes. */
const ZIP_END_REACH = ZIP_END_BYTES + 0xffff
/** Readers of PDF look for their mark no further. */
const PDF_REACH = 1024
/** A video holds texts of its own further on; what a browser sniffs is at its begin. */
const VIDEO_REACH = 4096
/** The longest mark, less one: it may be cut in two by the border between two chunks. */
const CARRIED = ZIP_END_BYTES - 1

/** Says what else a file is, after it was shown all of it. */
export class ForeignContent {
  private readonly kind: FileKind
  /** Documents hold documents, so that little in them is foreign; a PDF is no archive, though. */
  private readonly whole: boolean
  private readonly archive: boolean
  private carried: Uint8Array = new Uint8Array(0)
  private seen = 0
  private found: string | null = null
  private zipEndAt: number | null = null

  constructor(kind: FileKind, type: string) {
    this.kind = kind
    this.whole = kind !== 'document'
    this.archive = this.whole || type === 'application/pdf'
  }

  /** Shows the next bytes. They are looked at together with the end of those before. */
  look(chunk: Uint8Array): void {
    if (!this.archive) return
    const bytes = joined([this.carried, chunk])
    const start = this.seen - this.carried.length
    for (const at of placesOf(bytes, zipEnd)) if (endsZip(bytes, at)) this.zipEndAt = start + at
    if (this.whole) this.found ??= this.foundIn(bytes, start)
    this.carried = bytes.slice(-CARRIED)
    this.seen += chunk.length
  }

  /** What else it is, or null: it is one thing. */
  verdict(): string | null {
    if (this.found !== null) return this.found
    const { zipEndAt, seen } = this
    return zipEndAt !== null && seen - zipEndAt <= ZIP_END_REACH ? 'a ZIP archive' : null
  }

  private foundIn(bytes: Uint8Array, start: number): string | null {
    for (const { is, mark } of archives) if (placesOf(bytes, mark).length > 0) return is
    if (start < PDF_REACH && placesOf(bytes, pdf).some((at) => start + at < PDF_REACH))
      return 'a PDF document'
    return this.hasTag(bytes, start) ? 'a page with a script' : null
  }

  private hasTag(bytes: Uint8Array, start: number): boolean {
    const reach = this.kind === 'video' ? VIDEO_REACH : Number.POSITIVE_INFINITY
    for (let at = bytes.indexOf(0x3c); at >= 0; at = bytes.indexOf(0x3c, at + 1)) {
      if (start + at >= reach) return false
      if (tags.some((tag) => standsAt(bytes, tag, at))) return true
    }
    return false
  }
}

/** The four letters alone come up by chance in a long video: the numbers behind them must fit. */
function endsZip(bytes: Uint8Array, at: number): boolean {
  if (at + ZIP_END_BYTES > bytes.length) return false
  const record = new DataView(bytes.buffer, bytes.byteOffset + at, ZIP_END_BYTES)
  const number = (offset: number) => record.getUint16(offset, true)
  const onOneDisk = number(4) === 0 && number(6) === 0
  return onOneDisk && number(8) === number(10) && record.getUint32(12, true) >= 46 * number(10)
}

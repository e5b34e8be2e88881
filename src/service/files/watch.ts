// A file as it passes by: counted, hashed, and looked at for what it must not be.
import { ChatError } from '../../contract/errors.ts'
import { ForeignContent } from '../../core/foreign-content.ts'
import { bytesOf, hexOf, joined, standsAt } from '../../core/bytes.ts'
import { isText } from '../../core/plain-bytes.ts'
import { unsupported } from './type.ts'
import type { Found } from './type.ts'

/** The last chunk of every PNG: without it, or with something behind it, it is no whole picture. */
const PNG_END = joined([new Uint8Array(4), bytesOf('IEND'), Uint8Array.of(0xae, 0x42, 0x60, 0x82)])

export class Watch {
  size = 0
  private readonly found: Found
  private readonly foreign: ForeignContent
  private readonly digest = new crypto.DigestStream('SHA-256')
  private readonly hash = this.digest.getWriter()
  private end: Uint8Array = new Uint8Array(0)

  constructor(found: Found) {
    this.found = found
    this.foreign = new ForeignContent(found.kind, found.type)
  }

  async see(bytes: Uint8Array): Promise<void> {
    this.size += bytes.length
    this.foreign.look(bytes)
    if (this.found.type === 'text/plain' && !isText(bytes))
      throw unsupported('it is named as a text, but holds what no text does')
    this.end = joined([this.end, bytes.slice(-PNG_END.length)]).slice(-PNG_END.length)
    await this.hash.write(bytes)
  }

  /** The hash of all that was seen. Throws for a file that is not what it seemed to be. */
  async finish(): Promise<string> {
    await this.hash.close()
    const foreign = this.foreign.verdict()
    if (foreign !== null) throw unsupported(`it is ${this.found.type}, and ${foreign} as well`)
    if (this.found.type === 'image/png' && !standsAt(this.end, PNG_END, 0))
      throw unsupported('the picture does not end where the file does')
    return hexOf(new Uint8Array(await this.digest.digest))
  }
}

/** Bytes of a file in pieces of one size, however they come. Only one piece is in memory. */
export class Pieces {
  private readonly chunks: AsyncIterator<Uint8Array>
  private readonly bytes: number
  private readonly check: (total: number) => void
  private waiting: Uint8Array[] = []
  private held = 0
  private total = 0

  /** `check` throws when there are too many. */
  constructor(chunks: AsyncIterable<Uint8Array>, bytes: number, check: (total: number) => void) {
    this.chunks = chunks[Symbol.asyncIterator]()
    this.bytes = bytes
    this.check = check
  }

  /** The next piece, and whether it is the last: known once something, or nothing, comes behind it. */
  async next(): Promise<{ piece: Uint8Array; last: boolean }> {
    let last = false
    while (this.held <= this.bytes && !last) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as they come
      const { done, value } = await this.chunks.next()
      if (done) last = true
      else this.take(value)
    }
    const whole = joined(this.waiting)
    const rest = whole.slice(this.bytes)
    this.waiting = rest.length > 0 ? [rest] : []
    this.held = rest.length
    return { piece: whole.subarray(0, this.bytes), last: last && rest.length === 0 }
  }

  /** All that is left, as it comes. */
  async *rest(): AsyncGenerator<Uint8Array> {
    const held = this.waiting
    this.waiting = []
    this.held = 0
    yield* held
    for (;;) {
      const { done, value } = await this.chunks.next()
      if (done) return
      this.total += value.length
      this.check(this.total)
      yield value
    }
  }

  private take(chunk: Uint8Array): void {
    this.total += chunk.length
    this.check(this.total)
    this.waiting.push(chunk)
    this.held += chunk.length
  }
}

/** Throws `too_large` for a file over its limit, or over the room that is left. 0 and null: none. */
export function sizeCheck(most: number, room: number | null): (total: number) => void {
  return (total) => {
    if (most > 0 && total > most)
      throw new ChatError('too_large', `a file has at most ${most} bytes`)
    if (room !== null && total > room)
      throw new ChatError(
        'too_large',
        `there is room for ${room} bytes: delete messages with files`,
      )
  }
}

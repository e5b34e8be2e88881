// Socket.IO packets as messages, and back: checked before they are parsed, so that no input is too
// much for the parser.
import { Decoder, Encoder, PacketType } from 'socket.io-parser'
import type { Packet } from 'socket.io-parser'
import { sizeOf } from './frames.ts'
import type { Message } from './frames.ts'
import { bounds } from './settings.ts'

export { PacketType }
export type { Packet }

/** Puts packets together from a text and the attachments that follow it. */
export class Reader {
  private readonly parts: Message[]

  /** `parts` are those of an unfinished packet, and are kept up to date. */
  constructor(parts: Message[]) {
    this.parts = parts
  }

  /** A whole packet, 'partial' if attachments are to follow, or 'bad'. */
  add(message: Message): Packet | 'partial' | 'bad' {
    const { parts } = this
    if (typeof message === 'string' && (parts.length > 0 || isDeep(message))) return 'bad'
    parts.push(message)
    const size = parts.reduce((sum, part) => sum + sizeOf(part), 0)
    if (size > bounds.eventBytes) return 'bad'
    const read = decode(parts)
    if (read !== 'partial') parts.length = 0
    return read
  }
}

function decode(parts: Message[]): Packet | 'partial' | 'bad' {
  const decoder = new Decoder({ maxAttachments: bounds.attachments })
  let read: Packet | null = null
  decoder.on('decoded', (packet) => {
    read = packet
  })
  try {
    for (const part of parts) decoder.add(part)
  } catch {
    // Whatever the parser does not like, its reasons are of no use to the sender.
    return 'bad'
  }
  const packet = read as Packet | null
  if (!packet) return 'partial'
  return isSound(packet, parts.length - 1) ? packet : 'bad'
}

/** What the parser lets pass: ids that are no numbers, and one attachment in a thousand places. */
function isSound(packet: Packet, attachments: number): boolean {
  if (packet.id !== undefined && !Number.isSafeInteger(packet.id)) return false
  if (packet.nsp.length > bounds.namespaceCharacters) return false
  return attachments === 0 || countBinary(packet.data) <= attachments
}

function countBinary(data: unknown): number {
  if (data instanceof ArrayBuffer) return 1
  if (typeof data !== 'object' || data === null) return 0
  return Object.values(data).reduce((sum: number, value) => sum + countBinary(value), 0)
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const opening = new Set([0x5b, 0x7b])
const closing = new Set([0x5d, 0x7d])

/** All before the JSON: type, attachments, namespace, id. */
const head = /^\d(?:\d+-)?(?:\/[^,]*,?)?\d*/

/** True for JSON that is nested too deep, told without parsing it. */
function isDeep(text: string): boolean {
  let depth = 0
  let quoted = false
  for (let at = head.exec(text)?.[0].length ?? 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (quoted && code === BACKSLASH) at += 1
    else if (code === QUOTE) quoted = !quoted
    else if (!quoted && opening.has(code)) depth += 1
    else if (!quoted && closing.has(code)) depth -= 1
    if (depth > bounds.jsonDepth) return true
  }
  return false
}

const encoder = new Encoder()

/** The messages of one packet: its text, and its attachments. */
export function messagesOf(packet: Packet): Message[] {
  return encoder.encode(packet).map((part: string | ArrayBuffer | ArrayBufferView) => {
    if (typeof part === 'string' || part instanceof ArrayBuffer) return part
    return new Uint8Array(part.buffer, part.byteOffset, part.byteLength).slice().buffer
  })
}

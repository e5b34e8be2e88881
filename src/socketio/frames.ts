// Engine.IO packets as they travel: frames of a WebSocket, payloads of long-polling.
import { decodePacket, encodePacket } from 'engine.io-parser'
import type { PacketType } from 'engine.io-parser'

/** What the layer above sends and hears. */
export type Message = string | ArrayBuffer
export type Packet = { type: PacketType; data?: Message }

/** Between two packets of a payload. */
export const SEPARATOR = '\x1e'

/** One packet; its type is `error` if it is none. */
export const parsePacket = (raw: Message): Packet => decodePacket(raw, 'arraybuffer')

export const parsePayload = (payload: string): Packet[] => splitPayload(payload).map(parsePacket)

export const splitPayload = (payload: string): string[] => payload.split(SEPARATOR)

export function frameOf(type: PacketType, data?: Message): Message {
  let frame: Message = ''
  // The codec calls back before it returns: only a Blob would make it wait.
  encodePacket({ type, data }, true, (encoded: Message) => {
    frame = encoded
  })
  return frame
}

/** Frames as one payload, binary ones in base64. */
export const payloadOf = (frames: Message[]): string => frames.map(textOf).join(SEPARATOR)

/**
 * The codec's own base64 is made for Node or for a page, whichever the bundler chooses, and the
 * page's reads blobs with a FileReader, which Workers lack. So it is written here, for both.
 */
function textOf(frame: Message): string {
  if (typeof frame === 'string') return frame
  const bytes = new Uint8Array(frame)
  let binary = ''
  // As many arguments as any engine takes in one call.
  for (let at = 0; at < bytes.length; at += 8192)
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return `b${btoa(binary)}`
}

/** UTF-8 bytes of a text are one to three per character, so most need no counting. */
export function exceeds(message: Message, most: number): boolean {
  if (typeof message !== 'string') return message.byteLength > most
  if (message.length > most) return true
  return message.length * 3 > most && new TextEncoder().encode(message).byteLength > most
}

export const sizeOf = (message: Message): number =>
  typeof message === 'string' ? message.length : message.byteLength

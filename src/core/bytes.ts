// Bytes: put together, searched, written as text.

export const bytesOf = (text: string) => new TextEncoder().encode(text)

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Where a mark stands whole. Capital letters count as small ones. */
export function placesOf(bytes: Uint8Array, mark: Uint8Array): number[] {
  const found: number[] = []
  const first = mark[0] ?? 0
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1))
    if (standsAt(bytes, mark, at)) found.push(at)
  return found
}

export function standsAt(bytes: Uint8Array, mark: Uint8Array, at: number): boolean {
  if (at < 0 || at + mark.length > bytes.length) return false
  return mark.every((byte, index) => small(bytes[at + index] ?? 0) === small(byte))
}

const small = (byte: number) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)

export const hexOf = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

// Whether bytes can be a text: there is no mark of one, only what a text does not hold.

/** No control characters but tab, line feeds and the escape of old terminals; whatever the encoding. */
export function isText(bytes: Uint8Array): boolean {
  // A table and a loop: a film has a hundred million bytes.
  for (let at = 0; at < bytes.length; at++) if (never[bytes[at] ?? 0] === 1) return false
  return true
}

const never = new Uint8Array(256).fill(1, 0, 0x20)
for (const byte of [0x09, 0x0a, 0x0c, 0x0d, 0x1b]) never[byte] = 0
never[0x7f] = 1

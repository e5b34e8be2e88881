// Whether bytes can be a text: there is no mark of one, only what a text does not hold.

/** No control characters but tab, line feeds and the escape of old terminals; whatever the encoding. */
export const isText = (bytes: Uint8Array) => bytes.every((byte) => !never.has(byte))

const never = new Set(
  Array.from({ length: 0x20 }, (_, byte) => byte)
    .filter((byte) => ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte))
    .concat(0x7f),
)

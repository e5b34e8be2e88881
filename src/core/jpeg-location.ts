// Where a photo was taken stands in its JPEG's metadata. It is blotted out in place: not a byte is
// moved, so the picture, its orientation and its date stay as they are.

const GPS_POINTER = 0x8825
const EXIF = 'Exif\0\0'
const XMP = ['http://ns.adobe.com/xap/1.0/\0', 'http://ns.adobe.com/xmp/extension/\0']
/** Names under which XMP keeps a place. */
const places = /GPS|LocationCreated|LocationShown|photoshop:City|Iptc4xmpCore:Location/i
/** Bytes of a value of each TIFF type. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]

type Segment = { marker: number; start: number; end: number }

/**
 * Takes the location out of the begin of a JPEG, which must reach to the picture itself. Says whether
 * it does: false for a file whose header does not end within these bytes, or is broken.
 */
export function removeLocation(jpeg: Uint8Array): boolean {
  const header = segmentsOf(jpeg)
  for (const { marker, start, end } of header.segments) {
    if (marker !== 0xe1) continue
    const data = jpeg.subarray(start, end)
    if (startsWith(data, EXIF)) blotExif(data.subarray(EXIF.length))
    else if (XMP.some((name) => startsWith(data, name)) && places.test(latin(data))) data.fill(0x20)
  }
  return header.complete
}

/** Segments before the picture; `complete` when it was reached. */
function segmentsOf(jpeg: Uint8Array): { segments: Segment[]; complete: boolean } {
  const segments: Segment[] = []
  let at = 2
  while (at + 4 <= jpeg.length) {
    if (jpeg[at] !== 0xff) break
    const marker = jpeg[at + 1] ?? 0
    // Any number of FF may fill the space before a marker.
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === 0xda) return { segments, complete: true }
    const length = ((jpeg[at + 2] ?? 0) << 8) | (jpeg[at + 3] ?? 0)
    const end = at + 2 + length
    if (length < 2 || end > jpeg.length) break
    segments.push({ marker, start: at + 4, end })
    at = end
  }
  return { segments, complete: false }
}

/** Zeroes the GPS directory, its values, and the pointer to it. */
function blotExif(tiff: Uint8Array): void {
  if (tiff.length < 8) return
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length)
  const little = view.getUint16(0) === 0x4949
  const pointer = entriesOf(view, view.getUint32(4, little), little).find(
    ({ tag }) => tag === GPS_POINTER,
  )
  if (!pointer) return
  const directory = view.getUint32(pointer.at + 8, little)
  for (const { at, bytes } of entriesOf(view, directory, little)) {
    if (bytes > 4) {
      const from = view.getUint32(at + 8, little)
      tiff.fill(0, from, Math.min(tiff.length, from + bytes))
    }
    tiff.fill(0, at, at + 12)
  }
  if (directory + 2 <= tiff.length) view.setUint16(directory, 0, little)
  tiff.fill(0, pointer.at + 8, pointer.at + 12)
  // A pointer to nowhere would be followed: it becomes padding, which every reader passes over.
  view.setUint16(pointer.at, 0xea1c, little)
  view.setUint16(pointer.at + 2, 7, little)
  view.setUint32(pointer.at + 4, 4, little)
}

/** The entries of a directory that lie within the data. */
function entriesOf(view: DataView, start: number, little: boolean) {
  if (start < 8 || start + 2 > view.byteLength) return []
  const count = view.getUint16(start, little)
  const places = Array.from({ length: count }, (_, index) => start + 2 + 12 * index)
  return places
    .filter((at) => at + 12 <= view.byteLength)
    .map((at) => ({
      at,
      tag: view.getUint16(at, little),
      bytes: (typeBytes[view.getUint16(at + 2, little)] ?? 1) * view.getUint32(at + 4, little),
    }))
}

const latin = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes)
const startsWith = (bytes: Uint8Array, text: string) =>
  latin(bytes.subarray(0, text.length)) === text

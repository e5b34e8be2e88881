// Where a photo was taken, blotted out in place.
import { expect, test } from 'vitest'
import { bytesOf, joined } from '../../../src/core/bytes.ts'
import { removeLocation } from '../../../src/core/jpeg-location.ts'

type Entry = [tag: number, type: number, count: number, value: number]

/** A JPEG whose only metadata is TIFF: IFD0, then a GPS directory at 100 with a value at 160. */
function aPhoto(little: boolean): Uint8Array {
  const tiff = new DataView(new ArrayBuffer(200))
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d)
  tiff.setUint16(2, 42, little)
  tiff.setUint32(4, 8, little)
  const directory = (at: number, entries: Entry[]) => {
    tiff.setUint16(at, entries.length, little)
    entries.forEach(([tag, type, count, value], index) => {
      const place = at + 2 + 12 * index
      tiff.setUint16(place, tag, little)
      tiff.setUint16(place + 2, type, little)
      tiff.setUint32(place + 4, count, little)
      tiff.setUint32(place + 8, value, little)
    })
  }
  directory(8, [
    [0x0112, 3, 1, little ? 6 : 0x60000],
    [0x8825, 4, 1, 100],
  ])
  directory(100, [
    [1, 2, 2, 0x4e],
    [2, 5, 3, 160],
  ])
  for (let at = 160; at < 184; at++) tiff.setUint8(at, 51)
  return aJpeg(joined([bytesOf('Exif\0\0'), new Uint8Array(tiff.buffer)]))
}

function aJpeg(metadata: Uint8Array): Uint8Array {
  const length = metadata.length + 2
  const segment = joined([Uint8Array.of(0xff, 0xe1, length >> 8, length & 0xff), metadata])
  return joined([Uint8Array.of(0xff, 0xd8), segment, Uint8Array.of(0xff, 0xda, 0, 2, 1, 2, 3)])
}

const gpsStart = 12 + 100
const gpsEnd = 12 + 184

test.each([true, false])('of EXIF in either order of bytes (little: %s)', (little) => {
  const photo = aPhoto(little)
  const before = photo.slice()
  expect(removeLocation(photo)).toBe(true)
  expect(photo.length).toBe(before.length)
  expect(photo.subarray(gpsStart, gpsStart + 26).every((byte) => byte === 0)).toBe(true)
  expect(photo.subarray(12 + 160, gpsEnd).every((byte) => byte === 0)).toBe(true)
  // The orientation, and all else, is as it was; nothing points to the directory any more.
  expect(photo.subarray(0, 34)).toEqual(before.subarray(0, 34))
  expect(photo.subarray(gpsEnd)).toEqual(before.subarray(gpsEnd))
  const pointer = new DataView(photo.buffer, 12 + 22, 12)
  expect([pointer.getUint16(0, little), pointer.getUint32(8, little)]).toEqual([0xea1c, 0])
  const again = photo.slice()
  expect(removeLocation(again)).toBe(true)
  expect(again).toEqual(photo)
})

test('of XMP that names a place, and no other XMP', () => {
  const name = bytesOf('http://ns.adobe.com/xap/1.0/\0')
  const placed = aJpeg(joined([name, bytesOf('<x exif:GPSLatitude="51,30N"/>')]))
  expect(removeLocation(placed)).toBe(true)
  expect(new TextDecoder('latin1').decode(placed)).not.toContain('GPS')
  const plain = aJpeg(joined([name, bytesOf('<x tiff:Make="Skein"/>')]))
  const before = plain.slice()
  expect(removeLocation(plain)).toBe(true)
  expect(plain).toEqual(before)
})

test.each<[what: string, bytes: Uint8Array]>([
  ['no header', Uint8Array.of(0xff, 0xd8)],
  ['a header that does not end', aPhoto(true).subarray(0, 100)],
  ['something else than a segment', Uint8Array.of(0xff, 0xd8, 0, 0, 0, 0)],
  ['a segment without a length', Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, 0, 0, 0xff, 0xda)],
])('%s is said to be none', (_what, bytes) => {
  expect(removeLocation(bytes)).toBe(false)
})

test('metadata that points anywhere breaks nothing', () => {
  const photo = aPhoto(true)
  for (let at = 12; at < 12 + 200; at++)
    for (const value of [0, 0x7f, 0xff]) {
      const broken = photo.slice()
      broken[at] = value
      expect(removeLocation(broken)).toBe(true)
      expect(broken.length).toBe(photo.length)
    }
})

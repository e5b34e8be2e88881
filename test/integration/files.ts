// Small real files of each family: pictures as a camera's software wrote them, films and sounds put
// together here, documents by hand.
import {
  AdtsOutputFormat,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  MkvOutputFormat,
  MovOutputFormat,
  Mp3OutputFormat,
  Mp4OutputFormat,
  OggOutputFormat,
  Output,
  WavOutputFormat,
  WebMOutputFormat,
} from 'mediabunny'
import type { AudioCodec, OutputFormat, VideoCodec } from 'mediabunny'
import { bytesOf, joined } from '../../src/core/bytes.ts'

const decoded = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))

/** 24 by 16 pixels, one red. */
export const pictures = {
  jpeg: decoded(
    '/9j/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAQABgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAQG/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AmAJGgAAf/9k=',
  ),
  png: decoded(
    'iVBORw0KGgoAAAANSUhEUgAAABgAAAAQCAMAAAA7+k+nAAAAA1BMVEXIHh4WiPieAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADklEQVQYlWNgGAWDCQAAAZAAAdjzlT8AAAAASUVORK5CYII=',
  ),
  gif: decoded('R0lGODlhGAAQAIAAAExpccgeHiH5BAUAAAAALAAAAAAYABAAAAIRjI+py+0Po5y02ouz3rz7rxQAOw=='),
  webp: decoded(
    'UklGRj4AAABXRUJQVlA4IDIAAADQAgCdASoYABAAPzmGuVOvKSWisAgB4CcJQBYdhaSAAP7i4KwwmCdf0f+p/2xT0VIAAA==',
  ),
  avif: decoded(
    'AAAAHGZ0eXBhdmlmAAAAAG1pZjFhdmlmbWlhZgAAANZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAAA+gABAAAAAAAAACMAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABhdjAxAAAAAA5waXRtAAAAAAABAAAAVmlwcnAAAAA4aXBjbwAAAAxhdjFDgSACAAAAABRpc3BlAAAAAAAAABgAAAAQAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAgMAAAArbWRhdBIACgg4EO/tICGg0jIVHYJixOAAFgAArrGcm7FVkUp+ys/A',
  ),
}

/** Held upright (orientation 6), in London: its location is in IFD3. */
export const located = decoded(
  '/9j/4QFARXhpZgAASUkqAAgAAAAIAA8BAgAGAAAAfgAAABIBAwABAAAABgAAABoBBQABAAAAbgAAABsBBQABAAAAdgAAACgBAwABAAAAAgAAABMCAwABAAAAAQAAAGmHBAABAAAAhAAAACWIBAABAAAA0gAAAAAAAAA4YwAA6AMAADhjAADoAwAAU2tlaW4ABgAAkAcABAAAADAyMTABkQcABAAAAAECAwAAoAcABAAAADAxMDABoAMAAQAAAP//AAACoAQAAQAAABgAAAADoAQAAQAAABAAAAAAAAAABAABAAIAAgAAAE4AAAACAAUAAwAAACABAAADAAIAAgAAAFcAAAAEAAUAAwAAAAgBAAAAAAAAAAAAAAEAAAAHAAAAAQAAAA4RAABkAAAAMwAAAAEAAAAeAAAAAQAAAJ4MAABkAAAA/9sAQwAUDg8SDw0UEhASFxUUGB4yIR4cHB49LC4kMklATEtHQEZFUFpzYlBVbVZFRmSIZW13e4GCgU5gjZeMfZZzfoF8/9sAQwEVFxceGh47ISE7fFNGU3x8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8/8AAEQgAEAAYAwEiAAIRAQMRAf/EABUAAQEAAAAAAAAAAAAAAAAAAAAF/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABYBAQEBAAAAAAAAAAAAAAAAAAAEBv/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AJgCRoAAH//Z',
)

type Track = { video?: VideoCodec; audio?: AudioCodec }

/** One second of nothing much, in ten packets. */
async function aFilm(format: OutputFormat, { video, audio }: Track): Promise<Uint8Array> {
  const target = new BufferTarget()
  const output = new Output({ format, target })
  const pictures = video && new EncodedVideoPacketSource(video)
  const sounds = audio && new EncodedAudioPacketSource(audio)
  if (pictures) output.addVideoTrack(pictures)
  if (sounds) output.addAudioTrack(sounds)
  await output.start()
  for (let n = 0; n < 10; n++) {
    const place = ['key', n / 10, 0.1] as const
    // oxlint-disable-next-line no-await-in-loop -- packets stand in their order
    await pictures?.add(new EncodedPacket(new Uint8Array(40).fill(n), ...place), {
      decoderConfig: { codec: configs[video ?? 'vp8'] ?? 'vp8', codedWidth: 64, codedHeight: 48 },
    })
    // oxlint-disable-next-line no-await-in-loop
    await sounds?.add(new EncodedPacket(packetOf(audio ?? 'opus'), ...place), {
      decoderConfig: {
        codec: configs[audio ?? 'opus'] ?? 'opus',
        sampleRate: 48_000,
        numberOfChannels: 1,
        description: descriptions[audio ?? 'opus'],
      },
    })
  }
  await output.finalize()
  if (!target.buffer) throw new Error('no film')
  return new Uint8Array(target.buffer)
}

const configs: Record<string, string> = {
  vp9: 'vp09.00.10.08',
  aac: 'mp4a.40.2',
  mp3: 'mp3',
  'pcm-s16': 'pcm-s16',
}

const descriptions: Record<string, Uint8Array> = {
  aac: Uint8Array.of(0x11, 0x88),
  opus: joined([bytesOf('OpusHead'), Uint8Array.of(1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0)]),
}

/** A frame of MPEG layer 3 says its own length: 64 kbit/s at 48 kHz are 192 bytes. */
function packetOf(codec: AudioCodec): Uint8Array {
  if (codec === 'mp3') return joined([Uint8Array.of(0xff, 0xfb, 0x54, 0xc4), new Uint8Array(188)])
  return new Uint8Array(codec === 'pcm-s16' ? 9_600 : 64).fill(1)
}

const [mp4, mov, mkv, webm, m4a, voice, ogg, mp3, wav, aac] = await Promise.all([
  aFilm(new Mp4OutputFormat(), { video: 'vp9', audio: 'aac' }),
  aFilm(new MovOutputFormat(), { video: 'vp9' }),
  aFilm(new MkvOutputFormat(), { video: 'vp9', audio: 'opus' }),
  aFilm(new WebMOutputFormat(), { video: 'vp8', audio: 'opus' }),
  aFilm(new Mp4OutputFormat(), { audio: 'aac' }),
  aFilm(new WebMOutputFormat(), { audio: 'opus' }),
  aFilm(new OggOutputFormat(), { audio: 'opus' }),
  aFilm(new Mp3OutputFormat(), { audio: 'mp3' }),
  aFilm(new WavOutputFormat(), { audio: 'pcm-s16' }),
  aFilm(new AdtsOutputFormat(), { audio: 'aac' }),
])

const sized = (name: string, content: Uint8Array) => {
  const head = new Uint8Array(8)
  head.set(bytesOf(name))
  new DataView(head.buffer).setUint32(4, content.length, true)
  return joined([head, content])
}
const avi = sized('RIFF', joined([bytesOf('AVI '), sized('LIST', bytesOf('hdrlavih'))]))

export const media = { mp4, mov, mkv, webm, avi, m4a, voice, ogg, mp3, wav, aac }

/** A ZIP archive whose entries are stored as they are. */
export function aZip(entries: Record<string, string>): Uint8Array {
  const locals: Uint8Array[] = []
  const central: Uint8Array[] = []
  let at = 0
  for (const [name, text] of Object.entries(entries)) {
    const [path, content] = [bytesOf(name), bytesOf(text)]
    const fields = zipFields(path, content)
    const local = joined([Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0), fields, path, content])
    const record = new Uint8Array(46)
    record.set([0x50, 0x4b, 1, 2, 20, 0, 20, 0])
    record.set(fields, 8)
    new DataView(record.buffer).setUint32(42, at, true)
    central.push(joined([record, path]))
    locals.push(local)
    at += local.length
  }
  const directory = joined(central)
  const end = new DataView(new ArrayBuffer(22))
  end.setUint32(0, 0x06054b50, true)
  end.setUint16(8, central.length, true)
  end.setUint16(10, central.length, true)
  end.setUint32(12, directory.length, true)
  end.setUint32(16, at, true)
  return joined([...locals, directory, new Uint8Array(end.buffer)])
}

/** Flags, method, time, CRC, sizes, lengths: what both records of an entry have in common. */
function zipFields(path: Uint8Array, content: Uint8Array): Uint8Array {
  const fields = new DataView(new ArrayBuffer(24))
  fields.setUint32(8, crc32(content), true)
  fields.setUint32(12, content.length, true)
  fields.setUint32(16, content.length, true)
  fields.setUint16(20, path.length, true)
  return new Uint8Array(fields.buffer)
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'
const docx = aZip({
  '[Content_Types].xml': `<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="${WORD}"/></Types>`,
  '_rels/.rels': '<?xml version="1.0"?><Relationships/>',
  'word/document.xml': '<?xml version="1.0"?><w:document/>',
})

/** The header of a compound file, and a directory that names a Word document. */
const doc = joined([
  Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
  new Uint8Array(504),
  Uint8Array.of(0xec, 0xa5, 0xc1, 0),
  new Uint8Array(508),
  bytesOf([...'WordDocument'].map((letter) => `${letter}\0`).join('')),
  new Uint8Array(488),
])

export const documents = {
  pdf: bytesOf('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'),
  doc,
  docx,
  rtf: bytesOf('{\\rtf1\\ansi Hello}'),
  txt: bytesOf('Hello, wörld\n'),
}

/** Bytes that nothing can make smaller, the same for the same seed. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[at] = state >>> 24
  }
  return bytes
}

/** A chunk of a PNG: its length, its type, what it holds, and the check of both. */
function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = joined([bytesOf(type), data])
  const ends = new DataView(new ArrayBuffer(8))
  ends.setUint32(0, data.length)
  ends.setUint32(4, crc32(body))
  const numbers = new Uint8Array(ends.buffer)
  return joined([numbers.subarray(0, 4), body, numbers.subarray(4)])
}

/** A real PNG of any size: what it is padded with is a chunk that readers pass over. */
export function aPng(length = pictures.png.length, seed = 1): Uint8Array {
  const { png } = pictures
  if (length <= png.length + 12) return png
  const padding = pngChunk('prVt', noise(length - png.length - 12, seed))
  return joined([png.subarray(0, png.length - 12), padding, png.subarray(png.length - 12)])
}

/** A white picture, one pixel high. */
export async function aWidePng(width: number): Promise<Uint8Array> {
  const header = new DataView(new ArrayBuffer(13))
  header.setUint32(0, width)
  header.setUint32(4, 1)
  header.setUint8(8, 8)
  const line = new Uint8Array(width + 1).fill(255).fill(0, 0, 1)
  const packed = new Blob([line]).stream().pipeThrough(new CompressionStream('deflate'))
  const pixels = new Uint8Array(await new Response(packed).arrayBuffer())
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
  const head = pngChunk('IHDR', new Uint8Array(header.buffer))
  return joined([signature, head, pngChunk('IDAT', pixels), pngChunk('IEND', new Uint8Array(0))])
}

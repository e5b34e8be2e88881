// What a file shows before it is opened: how large a picture is, how long a sound, and a glimpse of it.
import { imageSize } from 'image-size'
import { ADTS, CustomSource, Input, MATROSKA, MP3, MP4, OGG, QTFF, WAVE, WEBM } from 'mediabunny'
import { limits } from '../../contract/limits.ts'
import type { Env } from '../../env.ts'
import { reportFault } from '../../objects/fault.ts'
import type { Facts } from '../../store/user/files.ts'
import { unsupported } from './type.ts'
import type { Found } from './type.ts'

/** Bytes from one place up to, not including, another. */
export type Read = (start: number, end: number) => Promise<Uint8Array>
/** A stored file, or one in memory: its begin, and any part of it. */
export type Content = {
  head: Uint8Array
  size: number
  read: Read
  open: () => Promise<ReadableStream>
}

const nothing = { width: null, height: null, duration: null, placeholder: null }

export async function factsOf(
  env: Env,
  { type, kind }: Found,
  content: Content,
  waveform: number[] | null,
): Promise<Facts> {
  const base = { ...nothing, type, kind, waveform: null }
  if (kind === 'image')
    return { ...base, ...sizeOf(content.head), placeholder: await placeholderOf(env, content) }
  if (kind === 'document') return base
  const media = await mediaOf(content)
  const { width, height, duration } = media
  // A container without a picture is a sound, whatever it is called.
  if (media.pictures || kind === 'audio')
    return { ...base, width, height, duration, waveform: kind === 'audio' ? waveform : null }
  return { ...base, type: soundOf(type), kind: 'audio', duration, waveform }
}

const soundOf = (type: string) =>
  type === 'video/quicktime' ? 'audio/mp4' : type.replace(/^video/, 'audio')

/** As it is shown: a camera that was held upright notes it, and turns nothing. */
function sizeOf(head: Uint8Array): { width: number; height: number } {
  const size = measured(head)
  if (!size || !(size.width > 0) || !(size.height > 0))
    throw unsupported('the picture cannot be read: its size is not in it')
  const { width, height, orientation = 1 } = size
  return orientation > 4 ? { width: height, height: width } : { width, height }
}

function measured(head: Uint8Array) {
  try {
    return imageSize(head)
  } catch {
    // The library says what is wrong with a file by throwing, in words of its own.
    return null
  }
}

/** A picture so small that it travels with the message; null where nothing can make one. */
async function placeholderOf({ IMAGES }: Env, { open }: Content): Promise<string | null> {
  if (!IMAGES) return null
  const side = limits.placeholder
  try {
    const made = await IMAGES.input(await open())
      .transform({ width: side, height: side, fit: 'scale-down' })
      .output({ format: 'image/webp', quality: 40 })
    const bytes = new Uint8Array(await made.response().arrayBuffer())
    const address = `data:image/webp;base64,${btoa(String.fromCharCode(...bytes))}`
    return address.length <= limits.placeholderCharacters ? address : null
  } catch (error) {
    reportFault(error)
    return null
  }
}

type Media = {
  width: number | null
  height: number | null
  duration: number | null
  pictures: boolean
}

/** Read from where the file says it; a file that cannot be read so is still what it is. */
async function mediaOf({ size, read }: Content): Promise<Media> {
  const source = new CustomSource({
    getSize: () => size,
    read,
    maxCacheSize: limits.filePartBytes,
    prefetchProfile: 'network',
  })
  const input = new Input({
    formats: [MP4, QTFF, MATROSKA, WEBM, MP3, WAVE, OGG, ADTS],
    source,
  })
  try {
    const picture = await input.getPrimaryVideoTrack()
    const [width, height] = picture
      ? await Promise.all([picture.getDisplayWidth(), picture.getDisplayHeight()])
      : [null, null]
    const said = await input.getDurationFromMetadata()
    // What does not say how long it is must be read to its end.
    const duration =
      said ?? (size <= limits.readThroughBytes ? await input.computeDuration() : null)
    return {
      width,
      height,
      duration: duration && Math.round(duration * 1000) / 1000,
      pictures: picture !== null,
    }
  } catch {
    // No format of the library (AVI is none), or one that breaks off: nothing is known of it.
    return { width: null, height: null, duration: null, pictures: true }
  } finally {
    input.dispose()
  }
}

// A smaller picture of an image, made where a maker of pictures is bound, and kept near its readers.
import { limits } from '../../contract/limits.ts'
import type { Env } from '../../env.ts'
import { reportFault } from '../../objects/fault.ts'
import type { OpenFile } from './open.ts'

const type = 'image/webp'

/** Null where the original will do: it is small enough, or nothing can make it smaller. */
export async function thumbnailOf(
  { IMAGES }: Env,
  file: OpenFile,
  wanted: number,
  lasting: (work: Promise<unknown>) => void,
): Promise<OpenFile | null> {
  const { kind, width } = file.attachment
  const side = limits.thumbnails.find((each) => each >= wanted) ?? Math.max(...limits.thumbnails)
  if (!IMAGES || kind !== 'image' || width === null || width <= side) return null
  // Who may see it was asked before: this is only where it is kept.
  const place = `https://thumbnails.invalid/${file.file}/${side}`
  const kept = await caches.default.match(place)
  if (kept) return smaller(file, side, await kept.bytes())
  try {
    const made = await IMAGES.input(await file.read())
      .transform({ width: side, fit: 'scale-down' })
      .output({ format: type })
    const bytes = await made.response().bytes()
    const headers = { 'Content-Type': type, 'Cache-Control': 'max-age=31536000' }
    lasting(caches.default.put(place, new Response(bytes, { headers })).catch(reportFault))
    return smaller(file, side, bytes)
  } catch (error) {
    reportFault(error)
    return null
  }
}

const smaller = (file: OpenFile, side: number, bytes: Uint8Array): OpenFile => ({
  ...file,
  type,
  size: bytes.length,
  etag: `${file.etag.slice(0, -1)}-${side}"`,
  read: async (range) => {
    const end = range ? range.offset + range.length : bytes.length
    return new Blob([bytes.subarray(range?.offset ?? 0, end)]).stream()
  },
})

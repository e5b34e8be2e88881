// What a file is: found in its content. What it is called may not say otherwise.
import { fileTypeFromBuffer } from 'file-type'
import { ChatError } from '../../contract/errors.ts'
import { fileTypes } from '../../contract/files.ts'
import type { FileType } from '../../contract/files.ts'
import { bytesOf, placesOf, standsAt } from '../../core/bytes.ts'
import { endingOf } from '../../core/file-name.ts'
import { isText } from '../../core/plain-bytes.ts'

/** Other names of the same types. */
const alike: Record<string, string> = {
  'image/apng': 'image/png',
  'video/x-m4v': 'video/mp4',
  'video/vnd.avi': 'video/x-msvideo',
  'video/matroska': 'video/x-matroska',
  'audio/x-m4a': 'audio/mp4',
  'application/ogg': 'audio/ogg',
}

export type Found = FileType & { type: string }

/** Throws `unsupported_type` for what no message may carry, and `invalid` for nothing at all. */
export async function typeOf(head: Uint8Array, name: string): Promise<Found> {
  if (head.length === 0) throw new ChatError('invalid', 'file: is empty')
  const type = await inContent(head, name)
  const found = fileTypes[type]
  if (!found) throw unsupported(`a file of the type ${type} cannot be attached`)
  const ending = endingOf(name)
  if (ending !== '' && !found.endings.includes(ending))
    throw unsupported(`the name ends in .${ending}, but the content is ${type}`)
  return { ...found, type }
}

export const unsupported = (why: string) => new ChatError('unsupported_type', `file: ${why}`)

async function inContent(head: Uint8Array, name: string): Promise<string> {
  const detected = await fileTypeFromBuffer(head)
  const type = detected?.mime.split(';')[0] ?? ''
  if (type === 'application/x-cfb') return isWord(head) ? 'application/msword' : type
  if (type !== '') return alike[type] ?? type
  // Text has no mark: it says nothing else, and its name says so.
  const texts = fileTypes['text/plain']?.endings ?? []
  if (texts.includes(endingOf(name)) && isText(head)) return 'text/plain'
  throw unsupported('its content is of no type that can be attached')
}

/** Old Office files share a container; a Word document has its stream first, or names it. */
function isWord(head: Uint8Array): boolean {
  const name = bytesOf([...'WordDocument'].join('\0'))
  return standsAt(head, Uint8Array.of(0xec, 0xa5), 512) || placesOf(head, name).length > 0
}

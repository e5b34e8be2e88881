// The beginning of a message, for a line elsewhere: without tags, on one line. Where nothing is said,
// the names of its files.
import type { Format } from '../contract/message.ts'
import { plainText } from './plain-text.ts'

const LENGTH = 160

type Said = { content: string | null; format: Format; attachments: { name: string }[] }

export function excerptOf({ content, format, attachments }: Said): string {
  const words = plainText(content ?? '', format)
    .replace(/\s+/gu, ' ')
    .trim()
  const line = words === '' ? attachments.map(({ name }) => name).join(', ') : words
  // By code points, so that no surrogate pair is cut in two.
  return line.length <= LENGTH ? line : `${[...line].slice(0, LENGTH).join('')}…`
}

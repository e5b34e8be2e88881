// The beginning of a message, for a line elsewhere: without tags, on one line.
import type { Format } from '../contract/message.ts'
import { plainText } from './plain-text.ts'

const LENGTH = 160

export function excerptOf(content: string, format: Format): string {
  const line = plainText(content, format).replace(/\s+/gu, ' ').trim()
  // By code points, so that no surrogate pair is cut in two.
  return line.length <= LENGTH ? line : `${[...line].slice(0, LENGTH).join('')}…`
}

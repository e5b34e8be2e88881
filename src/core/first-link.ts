// The first link of a message: the one that is shown with a preview.
import { limits } from '../contract/limits.ts'
import type { Format } from '../contract/message.ts'
import { decodeEntities } from './entities.ts'

const inPlain = /https?:\/\/[^\s<>"]+/i
/** An address in a link is exact; one in text ends where the sentence may go on. */
const inHtml = /<a [^>]*?href="(?<href>[^"]*)"|https?:\/\/[^\s<>"]+/gi

/** An absolute http(s) URL as it was written, or null. HTML is what `cleanContent` made of it. */
export function firstLink(content: string | null, format: Format): string | null {
  if (content === null || !/https?:/i.test(content)) return null
  if (format === 'plain') return asLink(withoutEnd(inPlain.exec(content)?.[0] ?? ''))
  for (const { 0: text, groups } of content.matchAll(inHtml)) {
    const href = groups?.['href']
    const link = href === undefined ? withoutEnd(decodeEntities(text)) : decodeEntities(href)
    if (/^https?:/i.test(link)) return asLink(link)
  }
  return null
}

const asLink = (text: string) =>
  text.length <= limits.webAddress && URL.canParse(text) ? text : null

/** Without what belongs to the sentence: a full stop, or a bracket that was opened before the link. */
function withoutEnd(text: string): string {
  const shorter = text.replace(/[.,:;!?'*_~…]+$/, '')
  const last = shorter.at(-1) ?? ''
  const opening = { ')': '(', ']': '[', '}': '{' }[last]
  if (opening !== undefined && count(shorter, opening) < count(shorter, last))
    return withoutEnd(shorter.slice(0, -1))
  return shorter
}

const count = (text: string, character: string) => text.split(character).length - 1

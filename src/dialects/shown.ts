// Strings that are safe as innerHTML, which is what pages of the source documents do with them.
import type { ErrorBody } from '../contract/errors.ts'
import type { Message } from '../contract/message.ts'

/** Names, titles and the like: text that cannot become a tag, and still reads the same. */
export const words = (text: string) => text.replaceAll('<', '‹').replaceAll('>', '›')

/** The content of a message as HTML; empty when it was deleted. */
export function html({ content, format }: Pick<Message, 'content' | 'format'>): string {
  if (content === null) return ''
  return format === 'html' ? content : escaped(content)
}

export const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** An http(s) address as the URL parser writes it, which has no quotes and no brackets; else empty. */
export function address(url: string | null | undefined): string {
  if (!url || !URL.canParse(url)) return ''
  const { protocol, href } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return ''
  return href.replaceAll("'", '%27').replaceAll('"', '%22')
}

/** Free JSON of the application: every string and name in it as words. */
export function safely(value: unknown): unknown {
  if (typeof value === 'string') return words(value)
  if (Array.isArray(value)) return value.map(safely)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [words(name), safely(each)]),
  )
}

/** An error, whose message may quote what was asked. */
export const safeError = ({ code, message, details }: ErrorBody): ErrorBody => ({
  code,
  message: words(message),
  ...(details !== undefined && { details: safely(details) }),
})

// Text as HTML writes it → text as people read it.
import { fromHtml } from 'hast-util-from-html'

/** `&amp;` and all the others resolved, by the parser that also reads messages; tags stay text. */
export function decodeEntities(html: string): string {
  if (!html.includes('&')) return html
  const [node] = fromHtml(html.replaceAll('<', '&lt;'), { fragment: true }).children
  return node?.type === 'text' ? node.value : html
}

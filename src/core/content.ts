// Message text: plain is kept to the byte, HTML is cleaned with an allow-list before it is stored.
import { fromHtml } from 'hast-util-from-html'
import { sanitize } from 'hast-util-sanitize'
import type { Schema } from 'hast-util-sanitize'
import { toHtml } from 'hast-util-to-html'
import type { Format } from '../contract/message.ts'

type Root = ReturnType<typeof fromHtml>
type Node = Root['children'][number]

const kept = [
  ...['b', 'strong', 'i', 'em', 'u', 's', 'del', 'a', 'ul', 'ol', 'li', 'blockquote', 'code'],
  ...['pre', 'br', 'p'],
]
/** What runs or loads: gone with its content. Every other tag that is not kept is shown as text. */
const dropped = [
  ...['script', 'style', 'template', 'iframe', 'object', 'embed', 'noscript', 'svg', 'math'],
  ...['link', 'meta', 'base', 'title'],
]

const schema: Schema = {
  tagNames: kept,
  attributes: { a: ['href'] },
  protocols: { href: ['http', 'https', 'mailto'] },
  required: {},
  strip: dropped,
  ancestors: {},
  clobber: [],
}

/** The text as it is stored. Text without `<` and `&` is the same as HTML and as plain. */
export function cleanContent(content: string, format: Format): string {
  if (format === 'plain' || !/[<&]/.test(content)) return content
  const tree = fromHtml(content, { fragment: true, verbose: true })
  const shown: Root = {
    ...tree,
    children: tree.children.flatMap((node) => shownNode(node, content)),
  }
  const clean = sanitize(shown, schema)
  return toHtml(clean.type === 'root' ? withSafeLinks(clean) : clean)
}

/** Unknown tags become their own text around what they hold, so that nobody's words vanish. */
function shownNode(node: Node, source: string): Node[] {
  if (node.type !== 'element' || dropped.includes(node.tagName)) return [node]
  const children = node.children.flatMap((child) => shownNode(child, source))
  if (kept.includes(node.tagName)) return [{ ...node, children: children as typeof node.children }]
  const text = (
    place: { start: { offset?: number }; end: { offset?: number } } | undefined,
  ): Node[] =>
    place ? [{ type: 'text', value: source.slice(place.start.offset, place.end.offset) }] : []
  const tags = node.data?.position
  return [...text(tags?.opening), ...children, ...text(tags?.closing)]
}

function withSafeLinks(root: Root): Root {
  const walk = (node: Node): Node => {
    if (node.type !== 'element') return node
    const children = node.children.map((child) => walk(child)) as typeof node.children
    if (node.tagName !== 'a') return { ...node, children }
    const safe = { rel: ['noopener', 'noreferrer'], target: '_blank' }
    const properties = node.properties.href ? { ...node.properties, ...safe } : {}
    return { ...node, children, properties }
  }
  return { ...root, children: root.children.map(walk) }
}

// The text of a message as people read it: HTML without its tags.
import { fromHtml } from 'hast-util-from-html'
import type { Format } from '../contract/message.ts'

type Node = ReturnType<typeof fromHtml>['children'][number]

/** Tags that stand in the middle of a word; around every other one, words end. */
const inline = new Set(['a', 'b', 'strong', 'i', 'em', 'u', 's', 'del', 'code'])

export function plainText(content: string, format: Format): string {
  if (format === 'plain' || !/[<&]/.test(content)) return content
  return fromHtml(content, { fragment: true }).children.map(textOf).join('')
}

function textOf(node: Node): string {
  if (node.type === 'text') return node.value
  if (node.type !== 'element') return ''
  const text = node.children.map(textOf).join('')
  return inline.has(node.tagName) ? text : ` ${text} `
}

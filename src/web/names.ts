// How threads and messages are called in a few words.
import type { Message } from '../contract/message.ts'
import type { Thread } from '../contract/thread.ts'

/** The title of a thread, or the others in it. */
export function nameOf(thread: Thread, me: string): string {
  if (thread.title !== null) return thread.title
  const present = thread.members.filter((member) => member.leftAt === null)
  const others = present.filter((member) => member.userId !== me)
  return others.map((member) => member.name).join(', ') || 'Just you'
}

/** Where one word must not run into the next. */
const blockEnd = /<br>|<\/(p|li|ul|ol|pre|blockquote)>/g

/** A message as one line of text. */
export function lineOf(message: Message): string {
  if (message.deletedAt !== null) return 'Deleted message'
  const content = message.content ?? ''
  if (message.format === 'plain') return content
  // Parsed, never run: a document of its own loads and executes nothing.
  const parsed = new DOMParser().parseFromString(content.replaceAll(blockEnd, ' $&'), 'text/html')
  return parsed.body.textContent ?? ''
}

export const isDeleted = (message: Message) => message.deletedAt !== null

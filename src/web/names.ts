// How threads and messages are called in a few words.
import type { Message } from '../contract/message.ts'
import type { Member, Thread } from '../contract/thread.ts'
import type { Words } from './words.ts'

export const presentIn = (thread: Thread): Member[] =>
  thread.members.filter((member) => member.leftAt === null)

/** The other one of a thread of two; nobody where there are more. */
export function otherOf(thread: Thread, me: string): Member | undefined {
  const others = presentIn(thread).filter((member) => member.userId !== me)
  return thread.type === 'direct' ? others[0] : undefined
}

/** The title of a thread, or the others in it. */
export function nameOf(thread: Thread, me: string, words: Words): string {
  if (thread.title !== null) return thread.title
  const others = presentIn(thread).filter((member) => member.userId !== me)
  return others.map((member) => member.name).join(', ') || words.justYou
}

/** Where one word must not run into the next. */
const blockEnd = /<br>|<\/(p|li|ul|ol|pre|blockquote)>/g

/** A message as text. */
export function textOf({ content, format }: Pick<Message, 'content' | 'format'>): string {
  if (content === null || format === 'plain') return content ?? ''
  // Parsed, never run: a document of its own loads and executes nothing.
  const parsed = new DOMParser().parseFromString(content.replaceAll(blockEnd, ' $&'), 'text/html')
  return parsed.body.textContent ?? ''
}

export const isDeleted = (message: Message) => message.deletedAt !== null

/** Whether a message of somebody else is meant for me above all. */
export const callsMe = ({ sender, mentions, everyone }: Message, me: string): boolean =>
  sender.id !== me && (everyone !== undefined || mentions.includes(me))

/** A message as one line of text. */
export const lineOf = (message: Message, words: Words): string =>
  isDeleted(message)
    ? words.deletedLine
    : textOf(message) ||
      (message.kind === 'audio'
        ? words.voiceMessage
        : message.attachments.map(({ name }) => name).join(', '))

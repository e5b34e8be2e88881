// What a timeline shows, line by line: messages in groups of their sender, days, the first unread.
import type { Message } from '../../contract/message.ts'
import type { Pending } from '../../client/outbox.ts'

export type Row =
  | { is: 'start'; key: string; whole: boolean }
  | { is: 'day'; key: string; day: string }
  | { is: 'unread'; key: string }
  /** `first` and `last` of what one person said in one go. */
  | { is: 'message'; key: string; message: Message; first: boolean; last: boolean }
  | { is: 'pending'; key: string; pending: Pending }

type RowsInput = {
  messages: readonly Message[]
  pending: readonly Pending[]
  /** Whether nothing is before the first message. */
  whole: boolean
  firstUnread: number | null
  me: string
}

/** So long a pause, and the same person begins anew. */
const pause = 5 * 60_000

/** A message of mine keeps its key from the first key stroke on; so nothing jumps when it is sent. */
const keyOf = (message: Message, me: string) =>
  message.sender.id === me && message.clientId !== null ? message.clientId : message.id

/** The calendar is slow, and asked about every message each time that one is added. */
const days = new WeakMap<Message, string>()

function dayOf(message: Message): string {
  const known = days.get(message)
  if (known !== undefined) return known
  const day = new Date(message.createdAt).toDateString()
  days.set(message, day)
  return day
}

function together(a: Message | undefined, b: Message | undefined): boolean {
  if (a === undefined || b === undefined || a.sender.id !== b.sender.id) return false
  if (a.kind === 'system' || b.kind === 'system' || dayOf(a) !== dayOf(b)) return false
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) < pause
}

export function rowsOf({ messages, pending, whole, firstUnread, me }: RowsInput): Row[] {
  const rows: Row[] = [{ is: 'start', key: 'start', whole }]
  let unreadShown = firstUnread === null
  let before: Message | undefined
  for (const [index, message] of messages.entries()) {
    const day = dayOf(message)
    if (before === undefined || dayOf(before) !== day) rows.push({ is: 'day', key: day, day })
    const begins = !unreadShown && message.seq >= (firstUnread ?? 0)
    if (begins) {
      unreadShown = true
      // What I wrote myself is not news.
      if (message.sender.id !== me) rows.push({ is: 'unread', key: 'unread' })
    }
    rows.push({
      is: 'message',
      key: keyOf(message, me),
      message,
      first: begins || !together(before, message),
      last: !together(message, messages[index + 1]),
    })
    before = message
  }
  for (const one of pending) rows.push({ is: 'pending', key: one.clientId, pending: one })
  return rows
}

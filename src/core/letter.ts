// A mail about what waits in somebody's threads, as text and as HTML.
import type { Message } from '../contract/message.ts'

/** What waits in one thread: how much, and its newest message as one line. */
export type Waiting = {
  threadId: string
  title: string | null
  count: number
  last: Pick<Message, 'id' | 'sender' | 'createdAt'> & { text: string }
}

export type Letter = { subject: string; text: string; html: string }

type About = { waiting: Waiting[]; name: string; base: string; unsubscribe: string }

const messages = (count: number) => (count === 1 ? '1 new message' : `${count} new messages`)

export function letterOf({ waiting, name, base, unsubscribe }: About): Letter {
  const [first] = waiting
  const total = waiting.reduce((sum, { count }) => sum + count, 0)
  const from = waiting.length === 1 && first ? titleOf(first) : `${waiting.length} conversations`
  const parts = waiting.map((one) => ({
    head: `${titleOf(one)}: ${messages(one.count)}`,
    line: `${one.last.sender.name}: ${one.last.text}`,
    link: `${base}/threads/${one.threadId}`,
  }))
  return {
    // A line break in a name would begin a header of its own.
    subject: `${messages(total)} from ${from}`.replace(/\s+/gu, ' ').slice(0, 200),
    text: [
      `Hello ${name},`,
      ...parts.map(({ head, line, link }) => `${head}\n${line}\n${link}`),
      `No more mails like this: ${unsubscribe}`,
    ].join('\n\n'),
    html: [
      '<!doctype html><html><body style="font-family:sans-serif;line-height:1.5">',
      `<p>Hello ${escaped(name)},</p>`,
      ...parts.map(
        ({ head, line, link }) =>
          `<p><a href="${escaped(link)}"><strong>${escaped(head)}</strong></a><br>${escaped(line)}</p>`,
      ),
      `<p style="color:#666"><a href="${escaped(unsubscribe)}">No more mails like this</a></p>`,
      '</body></html>',
    ].join('\n'),
  }
}

const titleOf = ({ title, last }: Waiting) => title ?? last.sender.name

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

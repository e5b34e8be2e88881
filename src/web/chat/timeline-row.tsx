// One line of a timeline.
import type { Message } from '../../contract/message.ts'
import { reached } from '../../client/reach.ts'
import type { reachOf } from '../../client/reach.ts'
import { MessageBubble } from '../message/message-bubble.tsx'
import { PendingBubble } from '../message/pending-bubble.tsx'
import { dayName, useFormats } from '../time.tsx'
import { useClient } from '../use-client.ts'
import { useToday } from '../use-today.ts'
import { useWords } from '../words.ts'
import type { Row } from './timeline-rows.ts'

type Props = {
  row: Row
  reach: ReturnType<typeof reachOf>
  lit: boolean
  onReply(message: Message): void
  onEdit(message: Message): void
  onJump(seq: number): void
}

export function TimelineRow({ row, reach, lit, ...does }: Props) {
  const words = useWords()
  const client = useClient()
  switch (row.is) {
    case 'start':
      return <p className="start">{row.whole ? words.beginning : '…'}</p>
    case 'day':
      return <Day day={row.day} />
    case 'unread':
      return (
        <p className="first-unread">
          <span>{words.newMessages}</span>
        </p>
      )
    case 'pending':
      return <PendingBubble pending={row.pending} />
    case 'message': {
      const { message, first, last } = row
      if (message.kind === 'system')
        return (
          <p className="system" dir="auto">
            {message.content}
          </p>
        )
      const mine = message.sender.id === client.me.id
      return (
        <MessageBubble
          message={message}
          mine={mine}
          first={first}
          last={last}
          lit={lit}
          reach={mine ? reached(reach, message.seq) : null}
          {...does}
        />
      )
    }
  }
}

function Day({ day }: { day: string }) {
  const words = useWords()
  const format = useFormats()
  const today = useToday()
  return (
    <p className="day">
      <span>{dayName(day, today, words, format)}</span>
    </p>
  )
}

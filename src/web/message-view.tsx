// One message.
import type { Message } from '../contract/message.ts'
import type { Timeline } from '../client/timeline.ts'
import { isDeleted } from './names.ts'
import { Quote } from './quote.tsx'
import { Time } from './time.tsx'

type Props = {
  message: Message
  timeline: Timeline
  mine: boolean
  onReply(message: Message): void
}

export function MessageView({ message, timeline, mine, onReply }: Props) {
  const { sender, createdAt, editedAt, reactions, replyTo } = message
  if (message.kind === 'system') return <p className="system">{message.content}</p>
  return (
    <article className={mine ? 'message mine' : 'message'} id={message.id} tabIndex={-1}>
      <header>
        <strong>{mine ? 'You' : sender.name}</strong>
        <Time at={createdAt} />
        {editedAt !== null && <span className="mark">edited</span>}
      </header>
      {replyTo !== null && <Quote messageId={replyTo} timeline={timeline} />}
      <Content message={message} />
      {reactions.length > 0 && (
        <ul className="reactions" aria-label="Reactions">
          {reactions.map(({ emoji, count }) => (
            <li key={emoji}>
              {emoji} {count}
            </li>
          ))}
        </ul>
      )}
      {!isDeleted(message) && (
        <button className="quiet reply" onClick={() => onReply(message)}>
          Reply<span className="unseen"> to {mine ? 'yourself' : sender.name}</span>
        </button>
      )}
    </article>
  )
}

function Content({ message }: { message: Message }) {
  const { content, format } = message
  if (content === null) return <p className="content mark">This message was deleted.</p>
  if (format === 'plain') return <p className="content">{content}</p>
  // The server has cleaned it with an allow-list before it was stored.
  return <div className="content rich" dangerouslySetInnerHTML={{ __html: content }} />
}

// One message, with what it answers, what it links to, who reacted, and how far it got.
import { memo } from 'react'
import type { Message } from '../../contract/message.ts'
import type { Reach } from '../../client/reach.ts'
import { Avatar } from '../avatar.tsx'
import { Icon } from '../icon.tsx'
import { callsMe, isDeleted } from '../names.ts'
import { Time, useFormats } from '../time.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'
import { Card } from './card.tsx'
import { Files } from './files.tsx'
import { MessageActions } from './message-actions.tsx'
import { MessageText } from './message-text.tsx'
import { PreviewCard } from './preview-card.tsx'
import { Quote } from './quote.tsx'
import { Reactions } from './reactions.tsx'
import { Edited } from './edited.tsx'
import { Ticks } from './ticks.tsx'

type Props = {
  message: Message
  mine: boolean
  /** The first and the last of what this person said in one go. */
  first: boolean
  last: boolean
  /** Somebody came here on purpose. */
  lit: boolean
  /** Of my own messages. */
  reach: Reach | null
  onReply(message: Message): void
  onEdit(message: Message): void
  onJump(seq: number): void
}

export const MessageBubble = memo(function MessageBubble(props: Props) {
  const { message, mine, first, last, lit, reach, onJump } = props
  const words = useWords()
  const format = useFormats()
  const { me } = useClient()
  const { sender, createdAt, replyTo, forwardedFrom, preview, reactions } = message
  const deleted = isDeleted(message)
  const calls = !deleted && callsMe(message, me.id)
  const author = mine ? words.you : sender.name
  const said = format.whole.format(new Date(createdAt))
  const side = mine ? 'message mine' : 'message'
  return (
    <article
      className={`${side}${first ? ' first' : ''}${last ? ' last' : ''}${lit ? ' lit' : ''}${calls ? ' calls' : ''}`}
      aria-label={words.messageFrom(author, said)}
      tabIndex={-1}
    >
      {!mine && (last ? <Face message={message} /> : <span className="avatar-gap" />)}
      <div className="bubble-column">
        {first && !mine && (
          <strong className="author" dir="auto">
            {sender.name}
          </strong>
        )}
        <div className={deleted ? 'bubble gone' : 'bubble'}>
          {forwardedFrom !== null && !deleted && (
            <p className="forwarded">
              <Icon name="forward" size={14} /> {words.forwardedFrom(forwardedFrom.sender.name)}
            </p>
          )}
          {replyTo !== null && !deleted && (
            <Quote threadId={message.threadId} messageId={replyTo} onJump={onJump} />
          )}
          {(deleted || message.content !== '') && <MessageText message={message} />}
          {!deleted && <Files attachments={message.attachments} voice={message.kind === 'audio'} />}
          {!deleted && <Card message={message} />}
          {preview !== null && <PreviewCard preview={preview} />}
          <footer>
            {calls && <span className="unseen">{words.mentioned}</span>}
            {message.editedAt !== null && !deleted && <Edited message={message} />}
            <Time at={createdAt} clock />
            {reach !== null && !deleted && <Ticks reach={reach} />}
          </footer>
        </div>
        {reactions.length > 0 && <Reactions message={message} />}
      </div>
      {!deleted && <MessageActions {...props} />}
    </article>
  )
})

function Face({ message: { sender } }: { message: Message }) {
  return <Avatar name={sender.name} id={sender.id} url={sender.avatarUrl} size="small" />
}

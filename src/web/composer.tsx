// The place to write.
import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { createTypist } from '../client/typing.ts'
import { limits } from '../contract/limits.ts'
import type { Message } from '../contract/message.ts'
import { lineOf } from './names.ts'
import { useClient } from './use-client.ts'

type Props = { threadId: string; replyTo: Message | null; onReplied(): void }

export function Composer({ threadId, replyTo, onReplied }: Props) {
  const client = useClient()
  const field = useRef<HTMLTextAreaElement>(null)
  const [content, setContent] = useState('')
  const [typist] = useState(() => createTypist((typing) => client.setTyping(threadId, typing)))
  const empty = content.trim() === ''

  useEffect(() => {
    if (replyTo !== null) field.current?.focus()
  }, [replyTo])

  useEffect(() => typist.stop, [typist])

  function send() {
    if (empty) return
    client.send({ threadId, content, replyTo: replyTo?.id })
    setContent('')
    typist.sent()
    onReplied()
  }

  function press(event: KeyboardEvent) {
    if (event.key === 'Escape') onReplied()
    // While an input method composes, Enter chooses a word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {replyTo !== null && (
        <p className="replying">
          <span className="line">
            Reply to <strong>{replyTo.sender.name}</strong>: {lineOf(replyTo)}
          </span>
          <button type="button" className="quiet" aria-label="Do not reply" onClick={onReplied}>
            ×
          </button>
        </p>
      )}
      <label>
        <span className="unseen">Message</span>
        <textarea
          ref={field}
          rows={1}
          value={content}
          maxLength={limits.content}
          placeholder="Write a message"
          onChange={(event) => {
            setContent(event.target.value)
            typist.changed(event.target.value)
          }}
          onKeyDown={press}
        />
      </label>
      <button disabled={empty}>Send</button>
    </form>
  )
}

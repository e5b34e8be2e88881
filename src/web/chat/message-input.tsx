// The place to write: something new, an answer, or a message of mine anew.
import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { limits } from '../../contract/limits.ts'
import { messagesOf } from '../../client/timeline.ts'
import type { OutgoingFile } from '../../client/uploads.ts'
import { EmojiMenu } from '../message/emoji-menu.tsx'
import { Icon } from '../icon.tsx'
import { IconButton } from '../icon-button.tsx'
import { isDeleted, lineOf, textOf } from '../names.ts'
import { useNotices } from '../notices.tsx'
import { useClient } from '../use-client.ts'
import { useLater } from '../use-later.ts'
import type { Later } from '../use-later.ts'
import { useTyping } from '../use-typing.ts'
import { useWords } from '../words.ts'
import { ChosenFiles } from './chosen-files.tsx'
import { ComposeMenu } from './compose-menu.tsx'
import { draftOf, keepDraft } from './drafts.ts'
import { MentionList } from './mention-list.tsx'
import { useMentions } from './use-mentions.ts'
import type { Files } from './use-files.ts'
import type { VoiceRecorder } from './voice-recorder.tsx'
import type { Said, Writing } from './writing.ts'

type Props = {
  threadId: string
  writing: Writing
  files: Files
  /** Shows what is a form itself outside of this one. */
  dialog: Later<ReactElement>
  onWriting(writing: Writing): void
}

export function MessageInput({ threadId, writing, files, dialog, onWriting }: Props) {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const field = useRef<HTMLTextAreaElement>(null)
  const [content, setContent] = useState(() =>
    writing.is === 'edit' ? textOf(writing.message) : draftOf(client, threadId),
  )
  const { typist } = useTyping(threadId)
  const mentions = useMentions(threadId, field, content, write)
  const recorder = useLater<{ VoiceRecorder: typeof VoiceRecorder }>()
  const recording = recorder.part !== null
  const attaching = writing.is !== 'edit'
  const without = content.trim() === ''
  const empty = without && !(attaching && files.files.some(({ error }) => error === null))

  useEffect(() => {
    if (recording) return
    // Without this a phone's keyboard would cover half of a thread that was only opened.
    if (writing.is !== 'new' || matchMedia('(pointer: fine)').matches) field.current?.focus()
  }, [writing, recording])

  function write(text: string) {
    setContent(text)
    if (writing.is === 'edit') return
    keepDraft(client, threadId, text)
    typist.changed(text)
  }

  const leave = () => onWriting({ is: 'new' })

  async function send() {
    if (empty) return
    if (writing.is === 'edit') {
      const { id: messageId, content: before } = writing.message
      const done =
        content === before || (await attempt(client.ask('message.edit', { messageId, content })))
      if (done) leave()
    } else {
      say({ content: without ? '' : content, ...mentions.namedIn(content) }, files.take())
      keepDraft(client, threadId, '')
      setContent('')
      typist.sent()
    }
  }

  /** Sends something, as the answer that is being written if there is one. */
  function say(said: Said, carried?: OutgoingFile[]) {
    const replyTo = writing.is === 'reply' ? writing.to.id : undefined
    client.send({ ...said, threadId, replyTo }, carried)
    leave()
  }

  function sendVoice(voice: OutgoingFile) {
    recorder.hide()
    say({ content: '', kind: 'audio' }, [voice])
  }

  /** My last message, if it is one that can be written anew. */
  function editLast() {
    const timeline = client.state().timelines.get(threadId)
    const last =
      timeline && messagesOf(timeline).findLast(({ sender }) => sender.id === client.me.id)
    if (last === undefined || isDeleted(last) || last.format !== 'plain') return
    onWriting({ is: 'edit', message: last })
  }

  function press(event: KeyboardEvent) {
    // While an input method composes, its keys choose a word.
    if (event.nativeEvent.isComposing || mentions.press(event)) return
    if (event.key === 'Escape') leave()
    if (event.key === 'ArrowUp' && content === '') editLast()
    if (event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    void send()
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      {writing.is !== 'new' && (
        <div className="replying">
          <Icon name={writing.is === 'edit' ? 'pen' : 'reply'} size={18} />
          <p className="line" dir="auto">
            <strong>
              {writing.is === 'edit' ? words.editing : words.replyTo(writing.to.sender.name)}
            </strong>
            {lineOf(writing.is === 'edit' ? writing.message : writing.to, words)}
          </p>
          <button
            type="button"
            className="bare"
            aria-label={writing.is === 'edit' ? words.doNotEdit : words.doNotReply}
            onClick={leave}
          >
            <Icon name="close" size={18} />
          </button>
        </div>
      )}
      <MentionList {...mentions} />
      {attaching && <ChosenFiles files={files} />}
      {recorder.part !== null && (
        <recorder.part.VoiceRecorder onRecorded={sendVoice} onClose={recorder.hide} />
      )}
      <div className="composer-row" hidden={recording}>
        {attaching && (
          <ComposeMenu dialog={dialog} onFiles={files.add} onSay={(said) => say(said)} />
        )}
        <EmojiMenu
          label={words.emoji}
          onPick={(emoji) => {
            write(content + emoji)
            field.current?.focus()
          }}
        />
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={content}
          maxLength={limits.content}
          aria-label={words.message}
          placeholder={words.write}
          role={mentions.open ? 'combobox' : undefined}
          aria-expanded={mentions.open ? true : undefined}
          aria-controls={mentions.open ? mentions.listId : undefined}
          aria-activedescendant={mentions.open ? mentions.optionId(mentions.chosen) : undefined}
          onChange={(event) => {
            mentions.look()
            write(event.target.value)
          }}
          onSelect={mentions.look}
          onBlur={mentions.leave}
          onKeyDown={press}
          onPaste={(event) => {
            if (!attaching || event.clipboardData.files.length === 0) return
            event.preventDefault()
            files.add(event.clipboardData.files)
          }}
        />
        {attaching && without && files.files.length === 0 && (
          <IconButton
            label={words.record}
            icon="microphone"
            onClick={() => recorder.show(() => import('./voice-recorder.tsx'))}
          />
        )}
        <button className="send" disabled={empty} aria-label={words.send} title={words.send}>
          <Icon name={writing.is === 'edit' ? 'check' : 'send'} />
        </button>
      </div>
    </form>
  )
}

// Who is in a thread, and what its owner and admins can change of it.
import { useEffect, useRef } from 'react'
import type { SubmitEvent } from 'react'
import type { Thread } from '../../contract/thread.ts'
import { Icon } from '../icon.tsx'
import { nameOf, presentIn } from '../names.ts'
import { useNotices } from '../notices.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'
import { MemberRow } from './member-row.tsx'

type Props = { thread: Thread; onClose(): void }

export function DetailsPanel({ thread, onClose }: Props) {
  const words = useWords()
  const { me } = useClient()
  const close = useRef<HTMLButtonElement>(null)
  const members = presentIn(thread)
  const mine = members.find((member) => member.userId === me.id)
  const leads = thread.type !== 'direct' && (mine?.role === 'owner' || mine?.role === 'admin')
  useEffect(() => close.current?.focus(), [])
  return (
    <aside
      className="details"
      aria-label={words.details}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <header className="chat-header">
        <h2>{words.details}</h2>
        <button
          ref={close}
          type="button"
          className="bare"
          aria-label={words.close}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      {leads && <Rename thread={thread} />}
      <h3>{words.members(thread.memberCount)}</h3>
      <ul className="people">
        {members.map((member) => (
          <MemberRow key={member.userId} member={member} threadId={thread.id} led={leads} />
        ))}
      </ul>
      {leads && <AddMember threadId={thread.id} />}
    </aside>
  )
}

function Rename({ thread }: { thread: Thread }) {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const title = String(new FormData(event.currentTarget).get('title')).trim()
    const change = { threadId: thread.id, title: title === '' ? null : title }
    void attempt(client.ask('thread.update', change))
  }

  return (
    <form className="row-form" onSubmit={submit}>
      <label>
        {words.title}
        <input
          key={thread.title}
          name="title"
          maxLength={200}
          defaultValue={thread.title ?? ''}
          placeholder={nameOf(thread, client.me.id, words)}
        />
      </label>
      <button className="plain">{words.save}</button>
    </form>
  )
}

function AddMember({ threadId }: { threadId: string }) {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const userId = String(new FormData(form).get('userId')).trim()
    if (await attempt(client.ask('member.add', { threadId, userId }))) form.reset()
  }

  return (
    <form className="row-form" onSubmit={(event) => void submit(event)}>
      <label>
        {words.addMember}
        <input name="userId" required maxLength={128} autoCapitalize="none" autoComplete="off" />
      </label>
      <button className="plain">{words.add}</button>
    </form>
  )
}

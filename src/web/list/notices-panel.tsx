// What happened while I looked elsewhere: each leads to its message, is read, or is taken away.
import { useRef } from 'react'
import { limits } from '../../contract/limits.ts'
import type { Notification } from '../../contract/notification.ts'
import { Dialog } from '../dialog.tsx'
import { IconButton } from '../icon-button.tsx'
import { useNotices } from '../notices.tsx'
import { goTo, pathOf } from '../route.ts'
import { Time } from '../time.tsx'
import { useClient, useClientState } from '../use-client.ts'
import { useWords } from '../words.ts'
import { useListed } from './use-listed.ts'

export function NoticesPanel({ onClose }: { onClose(): void }) {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const list = useRef<HTMLUListElement>(null)
  const { listed, loadMore } = useListed(undefined, limits.page)

  /** It is read by going there; the thread tells its senders what was seen of it. */
  async function go({ id, threadId, messageId, read }: Notification) {
    if (threadId === null) return
    // One that cannot be had any more has no place to go to: its thread is shown.
    const message =
      messageId === null
        ? undefined
        : await client.ask('message.get', { messageId }).catch(() => undefined)
    if (!read) void attempt(client.ask('notification.read', { notificationId: id }))
    onClose()
    goTo(pathOf(threadId, message?.seq))
  }

  async function remove(notificationId: string) {
    // What has the focus goes, and it must not be lost with it.
    if (await attempt(client.ask('notification.delete', { notificationId }))) list.current?.focus()
  }

  return (
    <Dialog title={words.notices} onClose={onClose}>
      <ul
        ref={list}
        className="notices-list"
        tabIndex={-1}
        aria-label={words.notices}
        aria-busy={listed === null}
      >
        {listed?.notices.map((notice) => (
          <Line
            key={notice.id}
            notice={notice}
            onGo={() => void go(notice)}
            onRead={() =>
              void attempt(client.ask('notification.read', { notificationId: notice.id }))
            }
            onRemove={() => void remove(notice.id)}
          />
        ))}
      </ul>
      {listed?.notices.length === 0 && <p className="faint">{words.noNotices}</p>}
      {listed !== null && listed.more !== null && (
        <button type="button" className="quiet" onClick={() => void attempt(loadMore())}>
          {words.moreNotices}
        </button>
      )}
    </Dialog>
  )
}

type Props = { notice: Notification; onGo(): void; onRead(): void; onRemove(): void }

function Line({ notice, onGo, onRead, onRemove }: Props) {
  const words = useWords()
  const { type, title, message, threadId, sender, count, read, createdAt } = notice
  // The contract says it of the thread: one of the messages that wait there mentions me.
  const mentioned = useClientState(
    ({ inbox }) => type === 'message' && (inbox.get(threadId ?? '')?.mentions ?? 0) > 0,
  )
  const about = [
    type === 'reminder' ? words.reminder : null,
    mentioned ? words.mentioned : null,
    count > 1 ? words.noticesCount(count) : null,
  ].filter((part) => part !== null)
  const body = (
    <>
      <strong dir="auto">{title ?? words.left}</strong>
      {message !== null && (
        <span className="line" dir="auto">
          {sender !== null && sender.name !== title && `${sender.name}: `}
          {message}
        </span>
      )}
      <small>
        <Time at={createdAt} />
        {about.map((part) => ` · ${part}`)}
      </small>
    </>
  )
  return (
    <li className={read ? undefined : 'waiting'}>
      {threadId === null ? (
        <div>{body}</div>
      ) : (
        <button type="button" onClick={onGo}>
          {body}
        </button>
      )}
      {!read && <IconButton label={words.markRead} icon="check" size={18} onClick={onRead} />}
      <IconButton label={words.remove} icon="trash" size={18} onClick={onRemove} />
    </li>
  )
}

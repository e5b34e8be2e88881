// What one can do with a thread, for oneself.
import { useState } from 'react'
import type { Level } from '../../contract/notification.ts'
import type { Thread } from '../../contract/thread.ts'
import { Menu } from '../menu.tsx'
import type { MenuItem } from '../menu.tsx'
import { nameOf, otherOf } from '../names.ts'
import { useNotices } from '../notices.tsx'
import { goTo } from '../route.ts'
import { Sure } from '../sure.tsx'
import { useClient } from '../use-client.ts'
import { useWishes } from '../use-wishes.ts'
import { useWords } from '../words.ts'

const mutes = [
  ['1h', 'mute1h'],
  ['8h', 'mute8h'],
  ['1d', 'mute1d'],
  ['forever', 'muteForever'],
] as const

const levels: Level[] = ['all', 'mentions', 'none']

export function ThreadMenu({ thread }: { thread: Thread }) {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const { wishes, wish } = useWishes()
  const [asking, setAsking] = useState<'leave' | 'block' | null>(null)
  const { id: threadId, pinnedAt, mutedUntil, archivedAt } = thread
  const other = otherOf(thread, client.me.id)

  async function leaveFor(work: Promise<unknown>) {
    if (await attempt(work)) goTo('/')
  }

  const items: MenuItem[] = [
    pinnedAt === null
      ? item('pin', words.pin, () => client.ask('thread.pin', { threadId }))
      : item('pin', words.unpin, () => client.ask('thread.unpin', { threadId })),
    ...(mutedUntil === null
      ? mutes.map(([duration, name]) =>
          item('mute', words[name], () => client.ask('thread.mute', { threadId, duration })),
        )
      : [item('bell', words.unmute, () => client.ask('thread.unmute', { threadId }))]),
    ...(wishes === null ? [] : levels.map(levelItem)),
    {
      icon: 'unread',
      label: words.markUnread,
      // To go on reading it would mark it as read again.
      does: () => void leaveFor(client.ask('thread.unread', { threadId })),
    },
    archivedAt === null
      ? {
          icon: 'archive',
          label: words.archive,
          does: () => void leaveFor(client.ask('thread.archive', { threadId })),
        }
      : item('archive', words.unarchive, () => client.ask('thread.unarchive', { threadId })),
    other === undefined
      ? { icon: 'leave', label: words.leave, danger: true, does: () => setAsking('leave') }
      : { icon: 'ban', label: words.block, danger: true, does: () => setAsking('block') },
  ]

  function item(icon: MenuItem['icon'], label: string, does: () => Promise<unknown>): MenuItem {
    return { icon, label, does: () => void attempt(does()) }
  }

  function levelItem(level: Level): MenuItem {
    const chosen = (wishes?.threads[threadId] ?? 'all') === level
    return {
      icon: chosen ? 'check' : 'bell',
      label: words.levels[level],
      chosen,
      does: () => void wish({ threads: { [threadId]: level } }),
    }
  }

  return (
    <>
      <Menu label={words.threadMenu} items={items} />
      {asking === 'leave' && (
        <Sure
          title={nameOf(thread, client.me.id, words)}
          question={words.leaveSure}
          answer={words.leave}
          onYes={() => void leaveFor(client.ask('thread.leave', { threadId }))}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'block' && other !== undefined && (
        <Sure
          title={other.name}
          question={words.blockSure(other.name)}
          answer={words.block}
          onYes={() => void attempt(client.ask('block.add', { userId: other.userId }))}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  )
}

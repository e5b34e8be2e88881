// What one can do with a message: there when one points at it, or comes to it by keyboard.
import { useState } from 'react'
import type { Message } from '../../contract/message.ts'
import { IconButton } from '../icon-button.tsx'
import { Menu } from '../menu.tsx'
import type { MenuItem } from '../menu.tsx'
import { textOf } from '../names.ts'
import { useNotices } from '../notices.tsx'
import { Sure } from '../sure.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'
import { EmojiMenu } from './emoji-menu.tsx'
import { ForwardDialog } from './forward-dialog.tsx'
import { ReportDialog } from './report-dialog.tsx'
import { useReaction } from './reactions.tsx'

type Props = {
  message: Message
  mine: boolean
  onReply(message: Message): void
  onEdit(message: Message): void
}

export function MessageActions({ message, mine, onReply, onEdit }: Props) {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const react = useReaction(message)
  const [asking, setAsking] = useState<'delete' | 'forward' | 'report' | null>(null)
  const messageId = message.id
  const close = () => setAsking(null)

  const always: MenuItem[] = [
    { icon: 'forward', label: words.forward, does: () => setAsking('forward') },
    {
      icon: 'copy',
      label: words.copy,
      does: () => void attempt(navigator.clipboard.writeText(textOf(message))),
    },
    {
      icon: 'trash',
      label: words.deleteForMe,
      does: () => void attempt(client.ask('message.delete', { messageId, for: 'me' })),
    },
  ]
  const own: MenuItem[] = [
    { icon: 'trash', label: words.deleteForAll, danger: true, does: () => setAsking('delete') },
  ]
  const edit: MenuItem = { icon: 'pen', label: words.edit, does: () => onEdit(message) }
  const others: MenuItem[] = [
    { icon: 'flag', label: words.report, danger: true, does: () => setAsking('report') },
  ]
  // Markup is edited where it was written; here it would be lost.
  const first = mine && message.format === 'plain' ? [edit] : []

  return (
    <div className="actions">
      <EmojiMenu label={words.react} onPick={react} />
      <IconButton label={words.reply} icon="reply" onClick={() => onReply(message)} />
      <Menu label={words.more} items={[...first, ...always, ...(mine ? own : others)]} />
      {asking === 'delete' && (
        <Sure
          title={words.deleteForAll}
          question={words.deleteSure}
          answer={words.deleteForAll}
          onYes={() => void attempt(client.ask('message.delete', { messageId }))}
          onClose={close}
        />
      )}
      {asking === 'forward' && <ForwardDialog message={message} onClose={close} />}
      {asking === 'report' && <ReportDialog message={message} onClose={close} />}
    </div>
  )
}

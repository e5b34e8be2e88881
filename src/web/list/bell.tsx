// How many notifications I have not read, and the way to them.
import type { ReactElement } from 'react'
import { limits } from '../../contract/limits.ts'
import { Icon } from '../icon.tsx'
import { useLater } from '../use-later.ts'
import { useWords } from '../words.ts'
import { unreadIn, useListed } from './use-listed.ts'

export function Bell() {
  const words = useWords()
  const { listed } = useListed(false, limits.pageMost)
  const unread = listed === null ? 0 : unreadIn(listed.notices) + listed.beyond
  const panel = useLater<ReactElement>()
  const label = unread > 0 ? words.noticesUnread(unread) : words.notices

  async function open() {
    const { NoticesPanel } = await import('./notices-panel.tsx')
    return <NoticesPanel onClose={panel.hide} />
  }

  return (
    <>
      <button
        type="button"
        className="bare bell"
        aria-label={label}
        aria-haspopup="dialog"
        title={label}
        onClick={() => panel.show(open)}
      >
        <Icon name="bell" />
        {unread > 0 && <span className="unread">{unread}</span>}
      </button>
      {panel.part}
    </>
  )
}

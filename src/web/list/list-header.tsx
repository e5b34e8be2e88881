// Who I am, and what concerns the whole of the page.
import { useState } from 'react'
import type { Session } from '../../client/rest.ts'
import { Avatar } from '../avatar.tsx'
import { IconButton } from '../icon-button.tsx'
import { Menu } from '../menu.tsx'
import type { MenuItem } from '../menu.tsx'
import { isModerator } from '../rights.ts'
import { goTo } from '../route.ts'
import { useWords } from '../words.ts'
import { Bell } from './bell.tsx'
import { NewThread } from './new-thread.tsx'
import { PreferencesDialog } from './preferences-dialog.tsx'

export function ListHeader({ me, onSignOut }: { me: Session['user']; onSignOut(): void }) {
  const words = useWords()
  const [shown, setShown] = useState<'new' | 'preferences' | null>(null)
  const close = () => setShown(null)
  const desk: MenuItem = { label: words.desk, icon: 'shield', does: () => goTo('/admin') }
  return (
    <header className="list-header">
      <Avatar name={me.name} id={me.id} url={me.avatarUrl} size="small" />
      <h1>{me.name}</h1>
      <Bell />
      <IconButton label={words.newThread} icon="plus" onClick={() => setShown('new')} />
      <Menu
        label={words.more}
        items={[
          { label: words.preferences, icon: 'gear', does: () => setShown('preferences') },
          ...(isModerator(me) ? [desk] : []),
          { label: words.signOut, icon: 'leave', does: onSignOut },
        ]}
      />
      {shown === 'new' && <NewThread onClose={close} />}
      {shown === 'preferences' && <PreferencesDialog onClose={close} />}
    </header>
  )
}

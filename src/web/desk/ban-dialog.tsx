// Shuts somebody out everywhere.
import type { SubmitEvent } from 'react'
import type { User } from '../../contract/user.ts'
import { Dialog } from '../dialog.tsx'
import { useNotices } from '../notices.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'
import { Until, untilIn } from './until.tsx'

type Props = { person: User; onClose(): void; onBanned(): void }

export function BanDialog({ person, onClose, onBanned }: Props) {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()

  async function ban(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const reason = String(form.get('reason')).trim()
    const shadow = form.get('shadow') === 'on'
    const input = { userId: person.id, reason: reason || undefined, until: untilIn(form), shadow }
    if (await attempt(client.ask('admin.ban', input))) onBanned()
    onClose()
  }

  return (
    <Dialog title={`${words.ban}: ${person.name}`} onClose={onClose}>
      <form className="form" onSubmit={(event) => void ban(event)}>
        <label>
          {words.reason}
          <input name="reason" maxLength={1000} dir="auto" />
        </label>
        <Until />
        <label className="check">
          <input type="checkbox" name="shadow" />
          {words.acts.shadow_ban}
        </label>
        <button className="danger">{words.ban}</button>
      </form>
    </Dialog>
  )
}

// Everybody, and who is shut out.
import { useCallback, useState } from 'react'
import type { Output } from '../../contract/operations.ts'
import { Avatar } from '../avatar.tsx'
import { useNotices } from '../notices.tsx'
import { Time } from '../time.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'
import { BanDialog } from './ban-dialog.tsx'
import { usePages } from './use-pages.ts'

type Person = Output<'admin.users'>['items'][number]

export function People() {
  const words = useWords()
  const client = useClient()
  const load = useCallback(
    (cursor?: string) => client.ask('admin.users', { cursor, limit: 100 }),
    [client],
  )
  const { items, more, loadMore, reload } = usePages(load)
  const [sought, setSought] = useState('')
  const [bansOnly, setBansOnly] = useState(false)
  const folded = sought.trim().toLocaleLowerCase()
  const shown = items
    ?.filter(({ id, name }) => `${id} ${name}`.toLocaleLowerCase().includes(folded))
    .filter(({ ban }) => !bansOnly || ban !== null)
  return (
    <>
      <div className="tabs">
        <input
          aria-label={words.search}
          placeholder={words.search}
          value={sought}
          onChange={(event) => setSought(event.target.value)}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={bansOnly}
            onChange={(event) => setBansOnly(event.target.checked)}
          />
          {words.bansOnly}
        </label>
      </div>
      <ul className="people desk-people" aria-busy={items === null}>
        {shown?.map((person) => (
          <PersonRow key={person.id} person={person} onChanged={reload} />
        ))}
      </ul>
      {shown?.length === 0 && <p className="empty">{words.nobodyFound}</p>}
      {more && (
        <button type="button" className="quiet" onClick={loadMore}>
          {words.more}
        </button>
      )}
    </>
  )
}

function PersonRow({ person, onChanged }: { person: Person; onChanged(): void }) {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const [asking, setAsking] = useState(false)
  const { id, name, avatarUrl, role, ban } = person

  async function lift() {
    if (await attempt(client.ask('admin.unban', { userId: id }))) onChanged()
  }

  return (
    <li>
      <Avatar name={name} id={id} url={avatarUrl} size="small" />
      <span className="person" dir="auto">
        <strong>{name}</strong> {name !== id && <small>{id}</small>}
        {role !== 'user' && <span className="badge calm">{role}</span>}
        {ban !== null && (
          <span className="badge">
            {ban.shadow ? words.shadowBanned : words.banned}{' '}
            {ban.until === null ? words.untilLifted : <Time at={ban.until} />}
          </span>
        )}
        {ban?.reason && <small dir="auto">{ban.reason}</small>}
      </span>
      {ban === null ? (
        <button type="button" className="quiet" onClick={() => setAsking(true)}>
          {words.ban}
          <span className="unseen"> {name}</span>
        </button>
      ) : (
        <button type="button" className="quiet" onClick={() => void lift()}>
          {words.unban}
          <span className="unseen"> {name}</span>
        </button>
      )}
      {asking && (
        <BanDialog person={person} onClose={() => setAsking(false)} onBanned={onChanged} />
      )}
    </li>
  )
}

// What somebody may choose: for this browser, and for themselves.
import { useEffect, useState } from 'react'
import type { BlockedUser } from '../../contract/user.ts'
import { Dialog } from '../dialog.tsx'
import { useNotices } from '../notices.tsx'
import { canPush, subscribe, subscribed, unsubscribe } from '../push.ts'
import { languages, prefer, themes, usePreferences } from '../preferences.ts'
import { useClient } from '../use-client.ts'
import { catalogue, useWords } from '../words.ts'
import { WishesForm } from './wishes-form.tsx'

export function PreferencesDialog({ onClose }: { onClose(): void }) {
  const words = useWords()
  const { theme, language } = usePreferences()
  return (
    <Dialog title={words.preferences} onClose={onClose}>
      <div className="form">
        <fieldset className="choices">
          <legend>{words.appearance}</legend>
          {themes.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="theme"
                checked={theme === one}
                onChange={() => prefer({ theme: one })}
              />
              {words.themes[one]}
            </label>
          ))}
        </fieldset>
        <label>
          {words.languageLabel}
          <select
            value={language}
            onChange={(event) => {
              const chosen = languages.find((one) => one === event.target.value)
              if (chosen !== undefined) prefer({ language: chosen })
            }}
          >
            {languages.map((one) => (
              <option key={one} value={one} lang={one}>
                {catalogue[one].language}
              </option>
            ))}
          </select>
        </label>
        <BrowserNotifications />
        <Push />
        <WishesForm />
        <HiddenPresence />
        <Blocked />
      </div>
    </Dialog>
  )
}

function BrowserNotifications() {
  const words = useWords()
  const { notifications } = usePreferences()
  const [refused, setRefused] = useState(false)

  async function choose(wanted: boolean) {
    const allowed = wanted && (await Notification.requestPermission()) === 'granted'
    setRefused(wanted && !allowed)
    prefer({ notifications: allowed })
  }

  if (!('Notification' in globalThis)) return null
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={notifications}
        onChange={(event) => void choose(event.target.checked)}
      />
      {words.notifications}
      {refused && <small role="alert">{words.notificationsRefused}</small>}
    </label>
  )
}

/** Shown where the server can push, and the browser can be reached. */
function Push() {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const [publicKey, setPublicKey] = useState<string | null>(null)
  const [on, setOn] = useState(false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState(false)

  useEffect(() => {
    if (!canPush()) return
    void attempt(client.ask('push.key', {}).then((known) => setPublicKey(known.publicKey)))
    void subscribed().then(setOn)
  }, [client, attempt])

  async function choose(wanted: boolean) {
    setOn(wanted)
    setBusy(true)
    setRefused(false)
    try {
      if (!wanted) await attempt(unsubscribe(client))
      else if (publicKey !== null) await subscribe(client, publicKey)
    } catch {
      // The browser, its push service or the server would not: the same words help with all three.
      setOn(false)
      setRefused(true)
    }
    setBusy(false)
  }

  if (publicKey === null) return null
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={on}
        disabled={busy}
        onChange={(event) => void choose(event.target.checked)}
      />
      {words.push}
      {refused && <small role="alert">{words.pushRefused}</small>}
    </label>
  )
}

function HiddenPresence() {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const [hidden, setHidden] = useState<boolean | null>(null)

  useEffect(() => {
    const load = client.ask('profile.get', {})
    void attempt(load.then(({ privacy }) => setHidden(privacy.presence === 'nobody')))
  }, [client, attempt])

  async function choose(next: boolean) {
    const presence = next ? 'nobody' : 'contacts'
    setHidden(next)
    if (!(await attempt(client.ask('profile.update', { privacy: { presence } })))) setHidden(!next)
  }

  return (
    <label className="check">
      <input
        type="checkbox"
        checked={hidden ?? false}
        disabled={hidden === null}
        onChange={(event) => void choose(event.target.checked)}
      />
      {words.hideOnline}
    </label>
  )
}

function Blocked() {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const [blocked, setBlocked] = useState<BlockedUser[]>([])

  useEffect(() => {
    void attempt(client.ask('block.list', {}).then(({ items }) => setBlocked(items)))
  }, [client, attempt])

  async function unblock(userId: string) {
    if (await attempt(client.ask('block.remove', { userId })))
      setBlocked((before) => before.filter((block) => block.userId !== userId))
  }

  return (
    <section>
      <h3>{words.blockedPeople}</h3>
      {blocked.length === 0 && <p className="faint">{words.nobodyBlocked}</p>}
      <ul className="people">
        {blocked.map(({ userId, name }) => (
          <li key={userId}>
            <span dir="auto">{name}</span>
            <button type="button" className="quiet" onClick={() => void unblock(userId)}>
              {words.unblock}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

// What a moderator decides about a report, and what is done with it.
import { useState } from 'react'
import type { SubmitEvent } from 'react'
import type { ReportAction, ReportInContext } from '../../contract/report.ts'
import { useNotices } from '../notices.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'
import { Until, untilIn } from './until.tsx'

const actions: ReportAction[] = [
  'delete_message',
  'warn',
  'mute_member',
  'ban_member',
  'ban_user',
  'shadow_ban',
]

/** What may end by itself. */
const lasting: ReportAction[] = ['mute_member', 'ban_member', 'ban_user', 'shadow_ban']

type Props = { report: ReportInContext; onDecided(): void }

export function Decision({ report, onDecided }: Props) {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const [action, setAction] = useState<ReportAction | undefined>('delete_message')
  const reportId = report.id

  async function review(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const note = String(form.get('note')).trim()
    const decision = {
      reportId,
      status: 'reviewed' as const,
      action,
      note: note === '' ? undefined : note,
      until: untilIn(form),
    }
    if (await attempt(client.ask('report.review', decision))) onDecided()
  }

  async function dismiss() {
    if (await attempt(client.ask('report.review', { reportId, status: 'dismissed' }))) onDecided()
  }

  return (
    <form className="decision" onSubmit={(event) => void review(event)}>
      <label>
        {words.decide}
        <select
          value={action ?? ''}
          onChange={(event) => setAction(actions.find((one) => one === event.target.value))}
        >
          <option value="">{words.acts.none}</option>
          {actions.map((one) => (
            <option key={one} value={one}>
              {words.acts[one]}
            </option>
          ))}
        </select>
      </label>
      {action !== undefined && lasting.includes(action) && <Until />}
      <label>
        {words.noteForLog}
        <input name="note" maxLength={1000} dir="auto" />
      </label>
      <div className="buttons">
        <button type="button" className="plain" onClick={() => void dismiss()}>
          {words.dismiss}
        </button>
        <button>{words.review}</button>
      </div>
    </form>
  )
}

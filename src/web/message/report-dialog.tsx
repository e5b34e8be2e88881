// Tells the moderators of a message.
import type { SubmitEvent } from 'react'
import { limits } from '../../contract/limits.ts'
import type { Message } from '../../contract/message.ts'
import type { ReportReason } from '../../contract/report.ts'
import { Dialog } from '../dialog.tsx'
import { useNotices } from '../notices.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'

const reasons: ReportReason[] = ['spam', 'harassment', 'inappropriate', 'other']

export function ReportDialog({ message, onClose }: { message: Message; onClose(): void }) {
  const words = useWords()
  const client = useClient()
  const { say, attempt } = useNotices()

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const reason = reasons.find((one) => one === form.get('reason')) ?? 'other'
    const details = String(form.get('details')).trim()
    const report = { messageId: message.id, reason, details: details === '' ? undefined : details }
    onClose()
    if (await attempt(client.ask('message.report', report))) say(words.reported)
  }

  return (
    <Dialog title={words.report} onClose={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)}>
        <p className="faint">{words.reportSure}</p>
        <label>
          {words.reason}
          <select name="reason">
            {reasons.map((reason) => (
              <option key={reason} value={reason}>
                {words.reasons[reason]}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>
            {words.reportDetails} <small>{words.optional}</small>
          </span>
          <textarea name="details" rows={3} maxLength={limits.reportDetails} dir="auto" />
        </label>
        <button className="danger">{words.report}</button>
      </form>
    </Dialog>
  )
}

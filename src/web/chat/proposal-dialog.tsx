// Offers a service of mine, or asks for one of somebody else at a certain time.
import type { SubmitEvent } from 'react'
import { limits } from '../../contract/limits.ts'
import type { ProposalKind } from '../../contract/proposal.ts'
import { Dialog } from '../dialog.tsx'
import { useServiceLine } from '../message/service.ts'
import { useWords } from '../words.ts'
import type { Offered } from './use-packages.ts'
import type { Said } from './writing.ts'

type Props = {
  kind: ProposalKind
  packages: readonly Offered[]
  onSay(said: Said): void
  onClose(): void
}

export function ProposalDialog({ kind, packages, onSay, onClose }: Props) {
  const words = useWords()
  const lineOf = useServiceLine()
  const offers = kind === 'service_offer'
  const several = new Set(packages.map(({ provider }) => provider)).size > 1

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const chosen = packages[Number(form.get('package'))]
    if (chosen === undefined) return
    const note = String(form.get('note'))
    const usual = offers ? words.offerOf(chosen.name) : words.bookingOf(chosen.name)
    const when = {
      requestedDate: String(form.get('day')),
      requestedTime: String(form.get('time')),
    }
    // What it is and costs is the server's to say: it knows the package.
    const metadata = { servicePackageId: chosen.id, ...(offers ? {} : when) }
    onSay({ kind, content: note.trim() === '' ? usual : note, metadata })
    onClose()
  }

  return (
    <Dialog title={offers ? words.offerService : words.requestBooking} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <label>
          {words.servicePackage}
          <select name="package">
            {packages.map((one, index) => (
              <option key={`${one.provider} ${one.id}`} value={index}>
                {[one.name, lineOf(one), several ? one.provider : '']
                  .filter((part) => part !== '')
                  .join(' · ')}
              </option>
            ))}
          </select>
        </label>
        {!offers && (
          <div className="side-by-side">
            <label>
              {words.day}
              <input type="date" name="day" required min={today()} />
            </label>
            <label>
              {words.time}
              <input type="time" name="time" required />
            </label>
          </div>
        )}
        <label>
          <span>
            {words.note} <small>{words.optional}</small>
          </span>
          <textarea name="note" rows={3} maxLength={limits.content} dir="auto" />
        </label>
        <button>{words.send}</button>
      </form>
    </Dialog>
  )
}

/** As a date field writes it, here and now. */
function today(): string {
  const now = new Date()
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
}

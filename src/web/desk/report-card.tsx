// One report: what was said, in its conversation, and the decision.
import type { Message } from '../../contract/message.ts'
import type { ReportInContext } from '../../contract/report.ts'
import { Avatar } from '../avatar.tsx'
import { lineOf } from '../names.ts'
import { Time } from '../time.tsx'
import { useWords } from '../words.ts'
import { Decision } from './decision.tsx'

type Props = { report: ReportInContext; onDecided(): void }

export function ReportCard({ report, onDecided }: Props) {
  const words = useWords()
  const { reason, details, reporterId, senderId, content, context, status, createdAt } = report
  const sender = context.find((message) => message.sender.id === senderId)?.sender.name ?? senderId
  return (
    <article className="report">
      <header>
        <span className="badge">{words.reasons[reason]}</span>
        <h3 dir="auto">{words.reportedBy(reporterId, sender)}</h3>
        <Time at={createdAt} />
      </header>
      {content !== null && (
        <blockquote className="reported" dir="auto">
          {content}
        </blockquote>
      )}
      {details !== null && <p dir="auto">{details}</p>}
      <details>
        <summary>{words.contextOf}</summary>
        <ol className="context">
          {context.map((message) => (
            <Line key={message.id} message={message} reported={message.id === report.messageId} />
          ))}
        </ol>
      </details>
      {status === 'pending' ? (
        <Decision report={report} onDecided={onDecided} />
      ) : (
        <p className="faint">
          {[
            words.statuses[status],
            report.reviewedBy,
            report.action === null ? null : words.acts[report.action],
            report.note,
          ]
            .filter((part) => part !== null)
            .join(' · ')}
        </p>
      )}
    </article>
  )
}

function Line({ message, reported }: { message: Message; reported: boolean }) {
  const words = useWords()
  const { sender } = message
  return (
    <li className={reported ? 'context-line here' : 'context-line'}>
      <Avatar name={sender.name} id={sender.id} url={sender.avatarUrl} size="small" />
      <p dir="auto">
        <strong>{sender.name}</strong> <Time at={message.createdAt} />
        <br />
        {lineOf(message, words)}
      </p>
    </li>
  )
}

// What people reported, in its context, and what is done about it.
import { useCallback, useState } from 'react'
import type { ReportStatus } from '../../contract/report.ts'
import { Icon } from '../icon.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'
import { ReportCard } from './report-card.tsx'
import { usePages } from './use-pages.ts'

const statuses: ReportStatus[] = ['pending', 'reviewed', 'dismissed']

export function Reports() {
  const words = useWords()
  const client = useClient()
  const [status, setStatus] = useState<ReportStatus>('pending')
  const load = useCallback(
    (cursor?: string) => client.ask('report.list', { status, cursor }),
    [client, status],
  )
  const { items, setItems, more, loadMore } = usePages(load)
  return (
    <>
      <div className="tabs" role="group" aria-label={words.reports}>
        {statuses.map((one) => (
          <button
            key={one}
            type="button"
            className="plain"
            aria-pressed={one === status}
            onClick={() => setStatus(one)}
          >
            {words.statuses[one]}
          </button>
        ))}
      </div>
      <div className="reports" aria-busy={items === null}>
        {items?.map((report) => (
          <ReportCard
            key={report.id}
            report={report}
            onDecided={() =>
              setItems((before) => before?.filter((one) => one.id !== report.id) ?? null)
            }
          />
        ))}
      </div>
      {items?.length === 0 && (
        <div className="empty">
          <Icon name="shield" size={32} />
          <p>{words.noReports}</p>
        </div>
      )}
      {more && (
        <button type="button" className="quiet" onClick={loadMore}>
          {words.more}
        </button>
      )}
    </>
  )
}

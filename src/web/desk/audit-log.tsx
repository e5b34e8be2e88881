// What moderators did, the newest first.
import { useCallback } from 'react'
import { Time } from '../time.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'
import { usePages } from './use-pages.ts'

export function AuditLog() {
  const words = useWords()
  const client = useClient()
  const load = useCallback((cursor?: string) => client.ask('admin.audit', { cursor }), [client])
  const { items, more, loadMore } = usePages(load)
  return (
    <>
      <div className="table" role="region" aria-label={words.audit} tabIndex={0}>
        <table aria-busy={items === null}>
          <thead>
            <tr>
              <th scope="col">{words.when}</th>
              <th scope="col">{words.who}</th>
              <th scope="col">{words.what}</th>
              <th scope="col">{words.whom}</th>
              <th scope="col">{words.reason}</th>
            </tr>
          </thead>
          <tbody>
            {items?.map(({ id, at, actorId, act, userId, messageId, reason, failed }) => (
              <tr key={id}>
                <td>
                  <Time at={at} />
                </td>
                <td>{actorId}</td>
                <td>
                  <code>{act}</code>
                  {failed && <span className="badge">{words.failedAct}</span>}
                </td>
                <td>{userId ?? messageId}</td>
                <td dir="auto">{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {items?.length === 0 && <p className="empty">{words.nothingLogged}</p>}
      {more && (
        <button type="button" className="quiet" onClick={loadMore}>
          {words.more}
        </button>
      )}
    </>
  )
}

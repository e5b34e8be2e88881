// What was sent out, to webhooks, by mail and by push; dead letters are sent again from here.
import { useCallback, useState } from 'react'
import type { Delivery } from '../../contract/delivery.ts'
import { useNotices } from '../notices.tsx'
import { Time } from '../time.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'
import { usePages } from './use-pages.ts'

const statuses = ['failed', 'pending', 'delivered', 'dropped'] as const

/** What a mail or a push said can be read where nothing is set up to send it. */
function What({ delivery: { about, kept } }: { delivery: Delivery }) {
  if (!kept) return <span dir="auto">{about}</span>
  return (
    <details>
      <summary dir="auto">{kept.title}</summary>
      <p className="letter" dir="auto">
        {kept.text}
      </p>
    </details>
  )
}

export function Deliveries() {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const [status, setStatus] = useState<Delivery['status']>('failed')
  const load = useCallback(
    (cursor?: string) => client.ask('delivery.list', { status, cursor }),
    [client, status],
  )
  const { items, setItems, more, loadMore } = usePages(load)

  async function sendAgain({ id }: Delivery) {
    const sent = client.ask('delivery.retry', { deliveryId: id })
    if (!(await attempt(sent))) return
    setItems((before) => before?.filter((one) => one.id !== id) ?? null)
  }

  return (
    <>
      <label className="filter">
        {words.status}{' '}
        <select
          value={status}
          onChange={({ target }) => setStatus(target.value as Delivery['status'])}
        >
          {statuses.map((one) => (
            <option key={one} value={one}>
              {words.deliveryStatuses[one]}
            </option>
          ))}
        </select>
      </label>
      <div className="table" role="region" aria-label={words.deliveries} tabIndex={0}>
        <table aria-busy={items === null}>
          <thead>
            <tr>
              <th scope="col">{words.when}</th>
              <th scope="col">{words.what}</th>
              <th scope="col">{words.whom}</th>
              <th scope="col">{words.attempts}</th>
              <th scope="col">{words.reason}</th>
              <th scope="col">
                <span className="unseen">{words.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items?.map((one) => (
              <tr key={one.id}>
                <td>
                  <Time at={one.updatedAt} />
                </td>
                <td>
                  <code>{one.channel}</code> <What delivery={one} />
                </td>
                <td>{one.recipient}</td>
                <td>{one.attempts}</td>
                <td dir="auto">{one.error}</td>
                <td>
                  {one.status !== 'pending' && (
                    <button type="button" className="quiet" onClick={() => void sendAgain(one)}>
                      {words.sendAgain}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {items?.length === 0 && <p className="empty">{words.noDeliveries}</p>}
      {more && (
        <button type="button" className="quiet" onClick={loadMore}>
          {words.more}
        </button>
      )}
    </>
  )
}

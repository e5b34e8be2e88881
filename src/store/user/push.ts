// The devices of a person that are reached by push, each by its endpoint.
import type { PushSubscription } from '../../contract/push.ts'
import { limits } from '../../contract/limits.ts'
import type { UserBook } from './book.ts'

type Row = { endpoint: string; p256dh: string; auth: string }

const subscriptionOf = ({ endpoint, ...keys }: Row): PushSubscription => ({ endpoint, keys })

export const subscriptions = (book: UserBook): PushSubscription[] =>
  book
    .read<Row>('SELECT endpoint, p256dh, auth FROM push_subscriptions ORDER BY created_at')
    .map(subscriptionOf)

export function findSubscription(book: UserBook, endpoint: string): PushSubscription | null {
  const [row] = book.read<Row>(
    'SELECT endpoint, p256dh, auth FROM push_subscriptions WHERE endpoint = ?',
    endpoint,
  )
  return row ? subscriptionOf(row) : null
}

/** Beyond the most that one person may have, the oldest goes. */
export function addSubscription(
  book: UserBook,
  { endpoint, keys }: PushSubscription,
  now: number,
): void {
  book.write(
    'INSERT OR REPLACE INTO push_subscriptions (endpoint, p256dh, auth, created_at) VALUES (?, ?, ?, ?)',
    ...[endpoint, keys.p256dh, keys.auth, now],
  )
  book.write(
    `DELETE FROM push_subscriptions WHERE endpoint IN (SELECT endpoint FROM push_subscriptions
       ORDER BY created_at DESC LIMIT -1 OFFSET ?)`,
    limits.pushSubscriptions,
  )
}

export const removeSubscription = (book: UserBook, endpoint: string) =>
  book.write('DELETE FROM push_subscriptions WHERE endpoint = ?', endpoint)

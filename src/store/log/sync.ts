// Everything that changed since a version, in version order, a page at a time.
import { limits } from '../../contract/limits.ts'
import { messageId } from '../../contract/ids.ts'
import type { HiddenMessage, Message } from '../../contract/message.ts'
import { firstBornAfter, rowsAfter } from './changed.ts'
import type { ThreadLog } from './log.ts'
import { messagesOf, pageOfMessages } from './messages.ts'
import type { MemberRow, MessageRow } from './rows.ts'

export type Changes = {
  /** The version up to which this page is complete. */
  upTo: number
  more: boolean
  messages: (Message | HiddenMessage)[]
  members: readonly MemberRow[]
  /** Members whose cursors moved, by hand or by sending. */
  readers: readonly MemberRow[]
  threadChanged: boolean
  /** The first seq that is new since then: messages before it are there because they changed. */
  newFrom: number
}

/** The changes after `since`, at most `limits.syncPage` of them. */
export function changesSince(log: ThreadLog, viewer: MemberRow, since: number): Changes {
  const most = limits.syncPage
  const changed = rowsAfter(log, since, most + 1)
  const hiding = log.run<{ seq: number; version: number }>(
    'SELECT seq, version FROM hidden WHERE user_id = ? AND version > ? ORDER BY version LIMIT ?',
    ...[viewer.user_id, since, most + 1],
  )
  const members = [...log.members.values()]
  const versions = [
    ...changed.map((row) => row.version),
    ...hiding.map((row) => row.version),
    ...members.flatMap((row) => [row.version, row.read_version]),
  ]
    .filter((version) => version > since)
    .toSorted((a, b) => a - b)
  const more = versions.length > most
  const upTo = more ? (versions[most - 1] ?? log.version) : log.version
  const within = (version: number) => version > since && version <= upTo

  const rows = changed.filter((row) => within(row.version))
  const senders = sendersBetween(log, since, upTo)
  return {
    upTo,
    more,
    messages: seenBy(
      log,
      viewer,
      rows,
      hiding.filter((row) => within(row.version)),
    ),
    members: members.filter((row) => within(row.version)),
    readers: members.filter((row) => within(row.read_version) || senders.has(row.user_id)),
    threadChanged: within(log.thread.version),
    newFrom: firstBornAfter(log, since),
  }
}

/** A start with the newest messages, everything older left to `message.list`. */
export function latestChanges(log: ThreadLog, viewer: MemberRow): Changes {
  const members = log.present()
  return {
    upTo: log.version,
    more: false,
    messages: pageOfMessages(log, viewer, { limit: limits.syncLatest }),
    members,
    readers: members,
    threadChanged: true,
    newFrom: 1,
  }
}

/** Whose sending moved their read cursor, though the message itself may have been changed again later. */
function sendersBetween(log: ThreadLog, since: number, upTo: number): Set<string> {
  const rows = log.run<{ sender: string }>(
    'SELECT DISTINCT sender FROM messages WHERE seq >= ? AND seq < ?',
    firstBornAfter(log, since),
    firstBornAfter(log, upTo),
  )
  return new Set(rows.map((row) => row.sender))
}

/** What one member may see of changed rows: their hidden ones as such, blocked people's not at all. */
function seenBy(
  log: ThreadLog,
  viewer: MemberRow,
  rows: MessageRow[],
  hiding: { seq: number; version: number }[],
): (Message | HiddenMessage)[] {
  const hidden = new Set(
    log
      .run<{ seq: number }>(
        `SELECT seq FROM hidden WHERE user_id = ? AND seq IN (SELECT value FROM json_each(?))`,
        viewer.user_id,
        JSON.stringify(rows.map((row) => row.seq)),
      )
      .map((row) => row.seq),
  )
  const blocked = log.blocks.get(viewer.user_id)
  const shown = rows.filter(
    (row) =>
      row.seq > viewer.from_seq &&
      (!row.shadowed || row.sender === viewer.user_id) &&
      !hidden.has(row.seq) &&
      !((blocked?.get(row.sender) ?? Infinity) <= row.created_at),
  )
  const mark = (seq: number, version: number): HiddenMessage => ({
    id: messageId(log.id, seq),
    seq,
    version,
    hidden: true,
  })
  return [
    ...messagesOf(log, shown),
    ...hiding.map(({ seq, version }) => mark(seq, version)),
  ].toSorted((a, b) => a.version - b.version)
}

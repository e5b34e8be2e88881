// Messages of another system, with their own authors and times. Known ones are skipped by their key.
import type { Actor } from '../../contract/actor.ts'
import { findByClientId, insertMessage } from '../../store/log/messages.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { claimed, nobodyKnown } from '../../store/log/rows.ts'
import { createThread, newMember } from './create.ts'

/** `key` is unique in the thread; `replyTo` the key of an earlier message. Times are ms. */
export type ImportedMessage = {
  key: string
  author: string
  content: string
  metadata: Record<string, unknown> | null
  at: number
  replyTo: string | null
}
export type ImportBatch = { id: string; title: string; messages: ImportedMessage[] }
export type ImportResult = { messages: number; replies: number; skipped: number; created: boolean }

export function importMessages(
  sql: SqlStorage,
  known: ThreadLog | null,
  actor: Actor,
  batch: ImportBatch,
): { log: ThreadLog; result: ImportResult } {
  const first = batch.messages[0]
  const createdAt = first?.at ?? Date.now()
  const log =
    known ??
    createThread(sql, actor, {
      id: batch.id,
      type: 'group',
      title: batch.title,
      metadata: null,
      subject: null,
      createdAt,
      members: [{ userId: actor.id, role: 'owner', person: claimed(actor) }],
      blocks: [],
    })
  const result = { messages: 0, replies: 0, skipped: 0, created: known === null }
  for (const message of batch.messages) {
    if (findByClientId(log, message.author, message.key)) {
      result.skipped += 1
      continue
    }
    joinAuthor(log, message)
    const replyTo = message.replyTo === null ? null : seqOfKey(log, message.replyTo)
    insertMessage(log, {
      sender: message.author,
      client_id: message.key,
      kind: 'text',
      format: 'plain',
      content: message.content,
      metadata: message.metadata && JSON.stringify(message.metadata),
      mentions: null,
      reply_to: replyTo,
      // What was said long ago was seen: an archive must not ask the web a million times.
      preview: null,
      created_at: message.at,
    })
    result.messages += 1
    if (replyTo !== null) result.replies += 1
  }
  if (result.messages > 0) readAll(log)
  return { log, result }
}

function joinAuthor(log: ThreadLog, { author, at }: ImportedMessage): void {
  if (log.members.has(author)) return
  const version = log.next()
  log.put({
    ...newMember,
    user_id: author,
    ...nobodyKnown,
    name: author,
    role: 'member',
    joined_at: at,
    version,
    read_version: version,
  })
}

/** What is imported happened long ago: nobody has it unread. */
function readAll(log: ThreadLog): void {
  for (const { user_id } of log.members.values())
    log.change(user_id, {
      read_seq: log.head,
      read_base: log.head,
      delivered_seq: log.head,
      read_version: log.next(),
    })
}

const seqOfKey = (log: ThreadLog, key: string): number | null =>
  log.run<{ seq: number }>('SELECT seq FROM messages WHERE client_id = ?', key)[0]?.seq ?? null

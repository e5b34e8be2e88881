// Files in a thread: taken from their owner's object before a send has its turn, given back when no
// message shows them any more.
import type { Attachment } from '../../contract/attachment.ts'
import { ChatError } from '../../contract/errors.ts'
import type { Env } from '../../env.ts'
import { attachmentsOf } from '../../store/attachments.ts'
import type { StoredAttachment } from '../../store/attachments.ts'
import { galleryOf, takeAttachments } from '../../store/log/attachments.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import type { MessageRow } from '../../store/log/rows.ts'
import { reportFault } from '../fault.ts'
import { userStub } from '../stubs.ts'
import type { Queued } from './commit.ts'
import type { Forwarding, Handlers } from './turn.ts'

/** The files that a send names; none for anything else. */
export const filesNamed = (ask: Queued['ask']): string[] =>
  'operation' in ask && ask.operation === 'message.send' ? (ask.input.attachments ?? []) : []

/**
 * The files of one send, in their order. They are the sender's own; those of a forwarded message are
 * of whoever uploaded them. Throws `not_found` for what is neither.
 */
export async function filesOf(
  env: Env,
  threadId: string,
  senderId: string,
  ids: string[],
  forwarding: Forwarding | undefined,
): Promise<StoredAttachment[]> {
  const ownerOf = (id: string) => forwarding?.owners?.[id] ?? senderId
  const found = await Promise.all(
    [...Map.groupBy(ids, ownerOf)].map(([owner, theirs]) =>
      userStub(env, owner).attachFiles(theirs, threadId),
    ),
  )
  const byId = new Map(found.flat().map((stored) => [stored.id, stored]))
  return ids.map((id) => {
    const stored = byId.get(id)
    if (!stored) throw new ChatError('not_found', 'attachments: there is no such attachment')
    return stored
  })
}

/** Whether a message shows the files that another one names. */
export function sameFiles({ attachments }: MessageRow, named: string[] = []): boolean {
  if (attachments === null) return named.length === 0
  return (
    attachmentsOf(attachments)
      .map(({ id }) => id)
      .join() === named.join()
  )
}

/** Takes the files off a message that was deleted for all; their owners are told after the commit. */
export function detach(log: ThreadLog, row: MessageRow, now: number): MessageRow {
  for (const { id, uploadedBy } of takeAttachments(log, row))
    log.setDue('detached', keyOf({ id, uploadedBy }), now)
  return { ...row, attachments: null }
}

const keyOf = ({ id, uploadedBy }: Pick<Attachment, 'id' | 'uploadedBy'>) => `${id} ${uploadedBy}`

/** Written with the deletion itself, and taken back when the owner's object knows. */
export async function tellDetached(env: Env, log: ThreadLog): Promise<void> {
  if (log.due === null) return
  const detached = log.run<{ key: string }>(`SELECT key FROM due WHERE kind = 'detached'`)
  await Promise.all(
    detached.map(async ({ key }) => {
      const [id = '', ...owner] = key.split(' ')
      try {
        await userStub(env, owner.join(' ')).settleAttachment(id)
        log.setDue('detached', key, null)
      } catch (error) {
        reportFault(error)
      }
    }),
  )
}

export const attachmentHandlers: Handlers<'attachment.list'> = {
  'attachment.list': ({ log }, me, { kind, before, limit }) => {
    const { items, next } = galleryOf(log, me, { kind, before, limit })
    return { items, nextCursor: next === null ? null : String(next) }
  },
}

// Messages that are sent at their time. Their author's object holds them, as it holds all drafts, and
// not their thread's: nobody else sees them until then, so the thread has nothing to order, and the list
// of all of them is one read. When the time comes the thread is asked as any client would ask it, and
// says whether that may be sent by then: membership, blocks, silence, spam and rates are its own matter.
// The draft's id is the clientId of every attempt, which a thread takes once for ever, so that what was
// sent by an attempt whose end nobody saw is found, and not sent again.
import { errorBody, errors, isChatError } from '../../contract/errors.ts'
import type { ErrorBody } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import type { Output } from '../../contract/operations.ts'
import { patientPause } from '../../core/backoff.ts'
import { carryOut, checked } from '../../dispatch.ts'
import type { Env } from '../../env.ts'
import { isoOrNull } from '../../store/log/rows.ts'
import * as store from '../../store/user/drafts.ts'
import type { DraftRow } from '../../store/user/drafts.ts'
import { reportFault } from '../fault.ts'
import { threadStub } from '../stubs.ts'
import type { User } from '../user.ts'
import { draftSent, messageOf } from './drafts.ts'

const DUE = 'schedule'

/** `certain`: the thread said so, and nothing was sent. */
type Result = { messageId: string } | { error: ErrorBody; certain: boolean }

export class Schedule {
  private readonly user: User
  private readonly env: Env

  constructor(user: User, env: Env) {
    this.user = user
    this.env = env
  }

  /** Sets the alarm for a draft that was made or changed; in the same turn, so that none is missed. */
  follow({ id, send_at, error }: Pick<DraftRow, 'id' | 'send_at' | 'error'>): void {
    if (send_at === null || error !== null) this.forget(id)
    else this.user.due(DUE, id, send_at)
  }

  forget(id: string): void {
    this.user.book.dropDue(DUE, id)
  }

  /** The alarm took these from its table: each stays due until its attempt is over. */
  keepDue(taken: { kind: string; key: string }[], now: number): void {
    for (const { kind, key } of taken)
      if (kind === DUE) this.user.book.setDue(kind, key, now + limits.patienceMs)
  }

  async carryOutDue(id: string): Promise<void> {
    const row = store.findDraft(this.user.book, id)
    if (row?.send_at == null || row.error !== null) return this.forget(id)
    if (row.sending === 0) store.putDraft(this.user.book, { ...row, sending: 1 })
    const result = await this.send(row)
    // It may have been sent by hand meanwhile, which is the same message.
    const after = store.findDraft(this.user.book, id)
    if (after?.send_at == null) this.forget(id)
    else if ('messageId' in result) this.sent(after, result.messageId)
    else this.failed(after, result.error, result.certain)
  }

  private async send(row: DraftRow): Promise<Result> {
    try {
      const actor = this.user.absent()
      const ask = checked(actor, 'message.send', {
        ...messageOf(row),
        threadId: row.thread_id,
        clientId: row.id,
      })
      const outcome = await carryOut(this.env, actor, ask, 'rest')
      if ('error' in outcome) return { error: outcome.error, certain: true }
      return { messageId: (outcome.ok as Output<'message.send'>).id }
    } catch (error) {
      if (!isChatError(error)) reportFault(error)
      const certain = isChatError(error) && error.code !== 'unavailable'
      return { error: errorBody(error), certain }
    }
  }

  private sent(row: DraftRow, messageId: string): void {
    draftSent(this.user.book, row.id, messageId, Date.now())
    this.forget(row.id)
    this.tell(row, { status: 'sent', messageId, error: null })
    this.user.track(threadStub(this.env, row.thread_id).settle())
  }

  /** Whatever may pass is tried again; what is not certain stays as it is, so that nobody changes it. */
  private failed(row: DraftRow, { code, message }: ErrorBody, certain: boolean): void {
    const failures = row.failures + 1
    const pause = errors[code].retry ? patientPause(failures) : null
    const sending = certain || pause === null ? 0 : 1
    const error = { code, message }
    if (pause !== null) {
      store.putDraft(this.user.book, { ...row, failures, sending })
      this.user.due(DUE, row.id, Date.now() + pause)
      return
    }
    store.putDraft(this.user.book, { ...row, failures, sending, error: JSON.stringify(error) })
    this.forget(row.id)
    this.tell(row, { status: 'failed', messageId: null, error })
  }

  private tell(
    { id, thread_id: threadId, send_at }: DraftRow,
    end: { status: 'sent' | 'failed'; messageId: string | null; error: ErrorBody | null },
  ): void {
    const data = { id, threadId, sendAt: isoOrNull(send_at), ...end }
    this.user.tell({ event: 'schedule.updated', data })
  }
}

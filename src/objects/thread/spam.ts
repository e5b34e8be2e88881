// What a thread refuses as spam, said with its reasons.
import { ChatError } from '../../contract/errors.ts'
import type { Format } from '../../contract/message.ts'
import { explain, judge } from '../../core/spam.ts'
import { findDuplicate } from '../../store/log/duplicates.ts'
import type { Turn } from './turn.ts'

/** Throws `spam` for a new message. A retry under its clientId is no new message: ask for it before. */
export function refuseSpam(turn: Turn, message: { content: string; format: Format }): void {
  const { log, actor, now } = turn
  const duplicate = findDuplicate(log, actor.id, message.content, now) !== undefined
  refuse(turn, { ...message, duplicate })
}

/** Throws `spam` for a new text of a message. Giving two messages the same text is no duplicate. */
export function refuseSpamEdit(turn: Turn, message: { content: string; format: Format }): void {
  refuse(turn, { ...message, duplicate: false })
}

function refuse(turn: Turn, message: Parameters<typeof judge>[0]): void {
  const { spam, ...verdict } = judge(message, turn.settings.SPAM_KEYWORDS)
  if (spam) throw new ChatError('spam', explain(verdict), verdict)
}

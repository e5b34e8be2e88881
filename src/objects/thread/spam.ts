// Spam in a thread: what is said twice is known here alone.
import type { Format } from '../../contract/message.ts'
import * as spam from '../../core/spam.ts'
import { findDuplicate } from '../../store/log/duplicates.ts'
import type { Turn } from './turn.ts'

/**
 * Throws `spam` for a new message. A retry under its clientId is no new message: ask for it before.
 * The note of a forward is a part of it, and may be the same with the next one; so may the words
 * beside files.
 */
export function refuseSpam(turn: Turn, message: { content: string; format: Format }): void {
  const { log, actor, now, forwarding, attached } = turn
  const free = forwarding?.from === null || attached.length > 0
  const duplicate = !free && findDuplicate(log, actor.id, message.content, now) !== undefined
  spam.refuseSpam({ ...message, duplicate }, turn.settings.SPAM_KEYWORDS)
}

/** Throws `spam` for a new text of a message. Giving two messages the same text is no duplicate. */
export function refuseSpamEdit(turn: Turn, message: { content: string; format: Format }): void {
  spam.refuseSpam({ ...message, duplicate: false }, turn.settings.SPAM_KEYWORDS)
}

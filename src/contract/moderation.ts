// Bans, and the log of what moderators do.
import { z } from 'zod'
import { MessageId, ThreadId, Time, UserId } from './ids.ts'
import { User } from './user.ts'

/** Why, in a moderator's words. */
export const Why = z.string().trim().min(1).max(1000)

/** A ban or a mute without an end holds until the last year that ISO 8601 writes in four digits. */
export const UNTIL_LIFTED = Date.UTC(9999, 0)

/** An end (ms) as the contract says it: null for one that holds until it is lifted. */
export const untilOf = (ms: number): string | null =>
  ms >= UNTIL_LIFTED ? null : new Date(ms).toISOString()

/** Somebody shut out everywhere. `until` null: until it is lifted. `shadow`: without their notice. */
export const Ban = z.object({
  userId: UserId,
  reason: z.string().nullable(),
  until: Time.nullable(),
  shadow: z.boolean(),
  since: Time,
  by: UserId,
})
export type Ban = z.infer<typeof Ban>

/** Somebody who may not write in a thread, or not be in it. */
export const Sanction = z.object({
  threadId: ThreadId,
  userId: UserId,
  until: Time.nullable(),
})
export type Sanction = z.infer<typeof Sanction>

export const Act = z.enum([
  'report.view',
  'report.review',
  'message.delete',
  'member.silence',
  'member.unsilence',
  'member.ban',
  'member.unban',
  'user.warn',
  'user.ban',
  'user.unban',
  'broadcast.create',
])
export type Act = z.infer<typeof Act>

/**
 * One line of the audit log: who, what, when, why, on whom or what, before and after. It is written
 * before the act, so that no act can be missing; one that then failed has a second line that says
 * so in `failed`. Nothing changes or removes a line.
 */
export const AuditEntry = z.object({
  id: z.string(),
  at: Time,
  actorId: UserId,
  act: Act,
  userId: UserId.nullable(),
  threadId: ThreadId.nullable(),
  messageId: MessageId.nullable(),
  reportId: z.string().nullable(),
  reason: z.string().nullable(),
  before: z.json(),
  after: z.json(),
  failed: z.boolean(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/** A word of the operators to everybody who is there. Whoever is not there now does not get it. */
export const Broadcast = z.object({
  id: z.string(),
  title: z.string().nullable(),
  content: z.string(),
  from: User,
  createdAt: Time,
})
export type Broadcast = z.infer<typeof Broadcast>

/** A word of the moderators to one person. */
export const Warning = z.object({
  reason: z.string(),
  messageId: MessageId.nullable(),
  threadId: ThreadId.nullable(),
  createdAt: Time,
})
export type Warning = z.infer<typeof Warning>

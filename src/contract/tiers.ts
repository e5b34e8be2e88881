// What each subscription tier may do: one row each.
import { z } from 'zod'

/**
 * Factors on the operator's own settings, which are those of `free`: an operator who raises a limit
 * raises it for everybody, and one who turns it off (0) turns it off for everybody.
 */
export const tiers = {
  free: { messagesPerMinute: 1, messagesPerHour: 1, pinnedThreads: 1, storageBytes: 1 },
  pro: { messagesPerMinute: 2, messagesPerHour: 2, pinnedThreads: 5, storageBytes: 10 },
  enterprise: { messagesPerMinute: 10, messagesPerHour: 10, pinnedThreads: 20, storageBytes: 100 },
} as const
export type Tier = keyof typeof tiers

/** A tier that has no row is free. */
export const tierOf = (name: string): Tier => (Object.hasOwn(tiers, name) ? (name as Tier) : 'free')

const many = z.number().int()

/** null: no limit. */
export const Allowance = z.object({
  tier: z.string(),
  limits: z.object({
    messagesPerMinute: many.nullable(),
    messagesPerHour: many.nullable(),
    pinnedThreads: many.nullable(),
    blocks: many,
    messageCharacters: many,
    threadMembers: many,
    attachments: many,
    fileBytes: many.nullable(),
    uploadBytes: many.nullable(),
    storageBytes: many.nullable(),
  }),
  /** An hour is counted only where it has a limit. */
  usage: z.object({
    messagesPerMinute: many,
    messagesPerHour: many.nullable(),
    pinnedThreads: many,
    blocks: many,
    storageBytes: many,
  }),
})
export type Allowance = z.infer<typeof Allowance>

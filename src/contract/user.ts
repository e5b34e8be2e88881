// People: their profile, their blocks, and whether they are there.
import { z } from 'zod'
import { Time, UserId } from './ids.ts'
import { limits } from './limits.ts'

/** An http(s) address, as the URL parser writes it. */
export const WebAddress = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .transform((address) => new URL(address).href)

export const Name = z.string().trim().min(1).max(limits.name)

/** Who sees when I am online: those who share a thread with me, or nobody. */
export const Privacy = z.object({ presence: z.enum(['contacts', 'nobody']) })
export type Privacy = z.infer<typeof Privacy>

/** What a service offer is filled from. `duration` is in minutes, or in words ("1 hour"). */
export const ServicePackage = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(limits.title),
  description: z.string().max(2000).optional(),
  price: z.number().min(0).optional(),
  /** A code, or what the people there call it: EUR, FCFA. */
  currency: z.string().min(1).max(16).optional(),
  duration: z.union([z.number().int().min(0), z.string().min(1).max(64)]).optional(),
})
export type ServicePackage = z.infer<typeof ServicePackage>

/** A person as others see them. The parts of a name are there where the person's token says them. */
export const User = z.object({
  id: UserId,
  name: z.string(),
  avatarUrl: z.string().nullable(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
})
export type User = z.infer<typeof User>

/** A person as they see themselves. */
export const Profile = User.extend({
  role: z.string(),
  tier: z.string(),
  email: z.string().nullable(),
  privacy: Privacy,
  servicePackages: z.array(ServicePackage),
  createdAt: Time,
})
export type Profile = z.infer<typeof Profile>

/** Another person's profile: without e-mail, tier and privacy. */
export const PublicProfile = User.extend({
  role: z.string(),
  servicePackages: z.array(ServicePackage),
})
export type PublicProfile = z.infer<typeof PublicProfile>

export const PresenceStatus = z.enum(['online', 'away', 'offline'])
export type PresenceStatus = z.infer<typeof PresenceStatus>

/** `lastSeen` is when the last socket closed; null for someone never seen, or online now. */
export const Presence = z.object({
  userId: UserId,
  status: PresenceStatus,
  lastSeen: Time.nullable(),
})
export type Presence = z.infer<typeof Presence>

export const Block = z.object({
  userId: UserId,
  reason: z.string().nullable(),
  createdAt: Time,
})
export type Block = z.infer<typeof Block>

/** Whom I block, as they are shown: by their id where their name is not known. */
export const BlockedUser = Block.extend({ name: z.string(), avatarUrl: z.string().nullable() })
export type BlockedUser = z.infer<typeof BlockedUser>

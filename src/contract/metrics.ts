// What goes on, as admins see it.
import { z } from 'zod'

const count = z.number().int()

/** `made` is the sum of the others; `conversion` is the part of them that was accepted, 0 to 1. */
const Proposals = z.object({
  made: count,
  open: count,
  accepted: count,
  declined: count,
  withdrawn: count,
  expired: count,
  conversion: z.number(),
})

/**
 * `connections`: open sockets; `online`: people with at least one. `typing`: people typing now.
 * Messages, and threads created, are those of the last 60 seconds, 60 minutes and 24 hours; files
 * uploaded, and their bytes, those of this hour and the 23 before it.
 */
export const Metrics = z.object({
  connections: count,
  online: count,
  typing: count,
  messages: z.object({ minute: count, hour: count, total: count }),
  threads: z.object({ hour: count, day: count, total: count }),
  offers: Proposals,
  bookingRequests: Proposals,
  uploads: z.object({ day: count, bytes: count }),
})
export type Metrics = z.infer<typeof Metrics>

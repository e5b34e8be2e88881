// What `metadata` must hold for the kinds of message that are more than words. More may stand beside it.
import { z } from 'zod'
import { Time } from './ids.ts'
import type { Kind } from './message.ts'

const Location = z.looseObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  address: z.string().max(500).optional(),
})

/** What is said of a file that lies elsewhere. Files of ours stand in `attachments`. */
const File = z.looseObject({
  fileName: z.string().max(255).optional(),
  fileUrl: z.string().max(2048).optional(),
  fileSize: z.number().int().min(0).optional(),
  mimeType: z.string().max(127).optional(),
  thumbnailUrl: z.string().max(2048).optional(),
})

/** A package is named by its id; what it is and costs is filled in by the server, see proposal.ts. */
const ServiceOffer = z.looseObject({
  servicePackageId: z.string().min(1).max(64),
  expiresAt: Time.optional(),
})

const BookingRequest = ServiceOffer.extend({
  requestedDate: z.union([z.iso.date(), z.iso.datetime({ offset: true })]),
  requestedTime: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time: HH:MM'),
})

const kinds: { [K in Kind]?: { schema: z.ZodType; required: boolean } } = {
  location: { schema: Location, required: true },
  service_offer: { schema: ServiceOffer, required: true },
  booking_request: { schema: BookingRequest, required: true },
  image: { schema: File, required: false },
  file: { schema: File, required: false },
  video: { schema: File, required: false },
  audio: { schema: File, required: false },
}

/** What is wrong with the metadata of a message, each with its path in the message. */
export function metadataIssues(
  kind: Kind,
  metadata: Record<string, unknown> | null | undefined,
): { path: string[]; message: string }[] {
  const row = kinds[kind]
  if (!row || (metadata == null && !row.required)) return []
  const result = row.schema.safeParse(metadata ?? {})
  if (result.success) return []
  return result.error.issues.map(({ path, message }) => ({
    path: ['metadata', ...path.map(String)],
    message: path.length === 1 && !(String(path[0]) in (metadata ?? {})) ? 'is missing' : message,
  }))
}

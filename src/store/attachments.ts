// An attachment as it is written down, by its owner and in every message that shows it.
import { attachmentPath, thumbnailPath } from '../contract/attachment.ts'
import type { Attachment } from '../contract/attachment.ts'

/** Where it is follows from its id, and is not written. */
export type StoredAttachment = Omit<Attachment, 'url' | 'thumbnailUrl'>

export const attachmentOf = (stored: StoredAttachment): Attachment => ({
  ...stored,
  url: attachmentPath(stored.id),
  thumbnailUrl: stored.kind === 'image' ? thumbnailPath(stored.id) : null,
})

/** JSON as we wrote it ourselves; null for none. */
export const attachmentsOf = (json: string | null): Attachment[] =>
  json === null ? [] : (JSON.parse(json) as StoredAttachment[]).map(attachmentOf)

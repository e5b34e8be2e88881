// An attachment: a file that somebody uploaded, and messages show.
import { z } from 'zod'
import { fileKinds } from './files.ts'
import { AttachmentId, MessageId, Seq, Time, UploadId, UserId } from './ids.ts'
import { limits } from './limits.ts'
import { User } from './user.ts'

export const AttachmentKind = z.enum(fileKinds)

/** How loud a voice message is, from its begin to its end, as its maker saw it: 0 to 100. */
export const Waveform = z.array(z.number().int().min(0).max(100)).max(limits.waveform)

/**
 * `type` is found in the content, `name` is as given, without what could mislead. `url` is for the
 * uploader and members of a thread that shows it. `width` and `height` are as it is shown, upright;
 * `duration` is in seconds; `placeholder` is a tiny picture, as a `data:` address, to be drawn
 * blurred. What is not known, or makes no sense, is null.
 */
export const Attachment = z.object({
  id: AttachmentId,
  name: z.string(),
  type: z.string(),
  kind: AttachmentKind,
  size: z.number().int(),
  url: z.string(),
  thumbnailUrl: z.string().nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  duration: z.number().nullable(),
  waveform: Waveform.nullable(),
  placeholder: z.string().nullable(),
  sha256: z.string(),
  uploadedBy: UserId,
})
export type Attachment = z.infer<typeof Attachment>

/** Where an attachment is: for whoever shows a token, or by a link that holds one. */
export const attachmentPath = (id: string) => `/v1/attachments/${id}`

/** A smaller picture of an image: the nearest size to what is asked. */
export const thumbnailPath = (id: string) => `${attachmentPath(id)}?width=${limits.thumbnail}`

/** An attachment as one message of a thread shows it. */
export const ShownAttachment = z.object({
  attachment: Attachment,
  messageId: MessageId,
  seq: Seq,
  sender: User,
  createdAt: Time,
})
export type ShownAttachment = z.infer<typeof ShownAttachment>

/** An address that needs no header, for a while: for `<img>` and players. */
export const AttachmentLink = z.object({ url: z.string(), expiresAt: Time })
export type AttachmentLink = z.infer<typeof AttachmentLink>

/**
 * A large file on its way, in `parts` parts of `partSize` bytes, the last one shorter. `received`
 * are the numbers, from 1, of those that arrived. `direct`: where the whole file may be PUT at once
 * instead, with exactly these headers; null where the operator did not set that up.
 */
export const Upload = z.object({
  id: UploadId,
  name: z.string(),
  size: z.number().int(),
  partSize: z.number().int(),
  parts: z.number().int(),
  received: z.array(z.number().int()),
  attachmentId: AttachmentId.nullable(),
  expiresAt: Time,
  direct: z
    .object({ url: z.string(), headers: z.record(z.string(), z.string()), expiresAt: Time })
    .nullable(),
})
export type Upload = z.infer<typeof Upload>

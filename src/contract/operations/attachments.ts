// Files: uploaded at once or in parts, shown by messages, downloaded.
import { z } from 'zod'
import * as attachments from '../attachment.ts'
import { AttachmentId, ClientId, Seq, ThreadId, UploadId } from '../ids.ts'
import { limits } from '../limits.ts'
import { PageSize, op, page } from '../operation.ts'

const ofUpload = z.object({ uploadId: UploadId })
/** As text, too: it comes in a path or a query. */
const Whole = z.coerce.number().int()

export const attachmentsOperations = {
  'attachment.upload': op(
    'stream',
    'Upload a file (multipart, field `file`; `waveform`, a JSON list, for a voice message); sent again under its Idempotency-Key it is the same attachment',
    z.object({}),
    attachments.Attachment,
  ),
  'attachment.download': op(
    'stream',
    'The file itself; `width` asks for a smaller picture of an image. Ranges, ETag',
    z.object({
      attachmentId: AttachmentId,
      width: Whole.min(1).max(10_000).optional(),
      /** Of a link that was made by `attachment.link`. */
      as: z.string().optional(),
      until: Whole.optional(),
      signature: z.string().optional(),
    }),
    z.string(),
  ),
  'attachment.link': op(
    'service',
    `An address of a file for the next ${limits.linkMs / 60_000} minutes that needs no header`,
    z.object({ attachmentId: AttachmentId, width: Whole.min(1).max(10_000).optional() }),
    attachments.AttachmentLink,
  ),
  'attachment.list': op(
    'thread',
    'The files that messages of a thread show, the newest first',
    z.object({
      threadId: ThreadId,
      kind: attachments.AttachmentKind.optional(),
      before: Seq.optional(),
      limit: PageSize,
    }),
    page(attachments.ShownAttachment),
  ),

  'upload.create': op(
    'service',
    'Begin to upload a large file in parts; what is not completed within a day is forgotten',
    z.object({
      name: z.string().min(1).max(limits.fileName),
      size: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
      clientId: ClientId.optional(),
    }),
    attachments.Upload,
  ),
  'upload.get': op('user', 'How far an upload is', ofUpload, attachments.Upload),
  'upload.part': op(
    'stream',
    'Send one part, its bytes as the body; the same part again replaces it',
    ofUpload.extend({ part: Whole.min(1).max(limits.uploadParts) }),
    attachments.Upload,
  ),
  'upload.complete': op(
    'service',
    'All parts are there: look at the file, and make it an attachment',
    ofUpload.extend({ waveform: attachments.Waveform.optional() }),
    attachments.Attachment,
  ),
  'upload.abort': op('user', 'Give an upload up', ofUpload, z.null()),
}

// Large files on their way, in parts: what has come of each is remembered by its owner's object, so
// that an upload goes on after any interruption.
import type { Upload } from '../../contract/attachment.ts'
import { ChatError } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import type { Env } from '../../env.ts'
import { beginIncoming, eraseIncoming } from '../../store/files.ts'
import * as store from '../../store/user/files.ts'
import type { PartRow, UploadRow } from '../../store/user/files.ts'
import type { User } from '../user.ts'
import { otherFile, storageFull } from './files.ts'
import type { UserHandlers } from './handlers.ts'

const PATIENCE_MS = 60_000

export class Uploads {
  private readonly user: User
  private readonly env: Env

  constructor(user: User, env: Env) {
    this.user = user
    this.env = env
  }

  /** Begins an upload, or answers the one that was begun under this id. */
  async begin(id: string, name: string, size: number): Promise<Upload> {
    const { book } = this.user
    const known = store.findUpload(book, id)
    if (known) return this.again(known, name, size)
    this.admit(size)
    const { uploadId: r2Upload, abort } = await beginNow(this.env.FILES, id)
    const meanwhile = store.findUpload(book, id)
    if (meanwhile) {
      await abort()
      return this.again(meanwhile, name, size)
    }
    const now = Date.now()
    const row = store.insertUpload(book, {
      ...{ id, name, size, part_bytes: partBytes(size), r2_upload: r2Upload },
      ...{ attachment_id: null, created_at: now },
    })
    this.user.due('upload', id, now + limits.unsentMs)
    return store.uploadOf(book, row)
  }

  get(id: string): Upload {
    return store.uploadOf(this.user.book, this.found(id))
  }

  /** All that is needed to write to an upload. */
  state(id: string): { row: UploadRow; parts: PartRow[] } {
    return { row: this.found(id), parts: store.partsOf(this.user.book, id) }
  }

  came(id: string, part: PartRow): Upload {
    const row = this.found(id)
    store.putPart(this.user.book, id, part)
    return store.uploadOf(this.user.book, row)
  }

  /** One that came at once, under a key, is written down when it is over: it may come again. */
  became(id: string, { name, size }: Pick<UploadRow, 'name' | 'size'>, attachmentId: string): void {
    const { book } = this.user
    if (store.findUpload(book, id)) return store.uploadBecame(book, id, attachmentId)
    const now = Date.now()
    store.insertUpload(book, {
      ...{ id, name, size, part_bytes: size, r2_upload: null },
      ...{ attachment_id: attachmentId, created_at: now },
    })
    this.user.due('upload', id, now + limits.unsentMs)
  }

  /** What landed is taken away; what became an attachment is remembered for a while longer. */
  async clear(id: string): Promise<void> {
    const row = store.findUpload(this.user.book, id)
    if (row?.attachment_id == null) await this.abort(id)
    else await eraseIncoming(this.env.FILES, id, row.r2_upload)
  }

  async abort(id: string): Promise<void> {
    const row = store.findUpload(this.user.book, id)
    if (!row) return
    await eraseIncoming(this.env.FILES, id, row.r2_upload)
    store.removeUpload(this.user.book, id)
    this.user.book.dropDue('upload', id)
  }

  keepDue(taken: { kind: string; key: string }[], now: number): void {
    for (const { kind, key } of taken)
      if (kind === 'upload') this.user.book.setDue(kind, key, now + PATIENCE_MS)
  }

  private admit(size: number): void {
    const most = this.user.settings.MAX_UPLOAD_SIZE
    if (most > 0 && size > most)
      throw new ChatError('too_large', `an upload has at most ${most} bytes`)
    if (partBytes(size) > MOST_PART_BYTES)
      throw new ChatError('too_large', 'a file has at most 5 TiB')
    const room = this.user.files.room()
    if (room !== null && size > room) throw storageFull(room)
    if (store.countUploads(this.user.book) >= limits.uploads)
      throw new ChatError(
        'conflict',
        `at most ${limits.uploads} uploads at a time: complete or abort one first`,
      )
  }

  private again(row: UploadRow, name: string, size: number): Upload {
    if (row.name !== name || row.size !== size) throw otherFile()
    return store.uploadOf(this.user.book, row)
  }

  private found(id: string): UploadRow {
    const row = store.findUpload(this.user.book, id)
    if (!row) throw new ChatError('not_found', 'there is no such upload')
    return row
  }
}

async function beginNow(bucket: R2Bucket, id: string) {
  const begun = await beginIncoming(bucket, id)
  return { uploadId: begun.uploadId, abort: () => begun.abort() }
}

const GiB = 1024 ** 3
const MOST_PART_BYTES = 5 * GiB

/** All parts but the last are equal; a huge file has larger ones, so that they are not too many. */
function partBytes(size: number): number {
  const least = Math.ceil(size / limits.uploadParts)
  return Math.max(limits.uploadPartBytes, least)
}

export const uploadHandlers: UserHandlers<'upload.get' | 'upload.abort'> = {
  'upload.get': async ({ user }, { uploadId }) => user.uploads.get(uploadId),
  'upload.abort': async ({ user }, { uploadId }) => {
    await user.uploads.abort(uploadId)
    return null
  },
}

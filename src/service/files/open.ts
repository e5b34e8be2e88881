// A stored file for somebody who asks: only its uploader, and members of a thread that shows it.
import { ChatError } from '../../contract/errors.ts'
import { fileOf } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import type { Env } from '../../env.ts'
import { threadStub, userStub } from '../../objects/stubs.ts'
import type { StoredAttachment } from '../../store/attachments.ts'
import { findFile, readFile } from '../../store/files.ts'
import { threadsAmong } from '../../store/model/threads.ts'

/** `type` and `size` are of what is read: of a smaller picture they are others than the attachment's. */
export type OpenFile = {
  attachment: StoredAttachment
  file: string
  type: string
  size: number
  etag: string
  modified: Date
  read: (range?: { offset: number; length: number }) => Promise<ReadableStream>
}

/** Throws `not_found` for whoever may not see it, and for what is not there. */
export async function openFile(env: Env, viewer: string, id: string): Promise<OpenFile> {
  const file = fileOf(id)
  const stored = file === null ? null : await findFile(env.FILES, file)
  const known = stored && (await userStub(env, stored.owner).findAttachment(id))
  if (file === null || !stored || !known) throw nothing()
  if (viewer !== stored.owner && !(await isShown(env, viewer, id, known.threads))) throw nothing()
  const { attachment } = known
  const { size, httpEtag: etag, uploaded: modified } = stored
  const read: OpenFile['read'] = async (range) => {
    const found = await readFile(env.FILES, file, range)
    if (!found) throw nothing()
    return found.body
  }
  return { attachment, file, type: attachment.type, size, etag, modified, read }
}

const nothing = () => new ChatError('not_found', 'there is no such attachment')

/** The threads are asked themselves: a message that was deleted a moment ago shows nothing. */
async function isShown(env: Env, viewer: string, id: string, threads: string[]): Promise<boolean> {
  const few = threads.length <= limits.attachmentThreads
  const asked = few ? threads : await threadsAmong(env.DB, viewer, threads)
  const shown = await Promise.all(
    asked.map((threadId) => threadStub(env, threadId).shows(viewer, id)),
  )
  return shown.includes(true)
}

// A person's files. Their object knows each one, how much room is left, and which threads may show
// it; whether one does, the thread itself is asked, so that no count can drift. What no message shows
// is erased: a day after it came, or with the last message that showed it.
import { ChatError } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import type { Env } from '../../env.ts'
import type { StoredAttachment } from '../../store/attachments.ts'
import { eraseFile } from '../../store/files.ts'
import * as store from '../../store/user/files.ts'
import type { Facts, FileRow } from '../../store/user/files.ts'
import { directoryStub, threadStub } from '../stubs.ts'
import type { User } from '../user.ts'

/** Work of the alarm that is not over after this time (the object may have been evicted) is begun again. */
const PATIENCE_MS = 60_000

/** `stored`: its bytes are in the bucket already, under `file`. `upload`: what it was uploaded as. */
export type NewFile = {
  file: string
  sha256: string
  name: string
  size: number
  facts: Facts
  stored: boolean
  upload: string | null
}
/** `file` is where its bytes belong: elsewhere than asked when they were there before. */
export type KeptFile = { attachment: StoredAttachment; file: string; fresh: boolean }

export class Files {
  private readonly user: User
  private readonly env: Env

  constructor(user: User, env: Env) {
    this.user = user
    this.env = env
  }

  /** Bytes that may still be stored, beside an upload that will be; null for no limit. */
  room(upload: string | null = null): number | null {
    const most = this.user.most('storageBytes')
    return most === 0 ? null : Math.max(0, most - store.storageUsed(this.user.book, upload))
  }

  /** The same for what comes as an upload; what became a file already has its room. */
  roomFor(upload: string | null): number | null {
    const became = upload !== null && store.becameOf(this.user.book, upload)
    return became ? null : this.room()
  }

  /** A file is about to be written, longer than one request: should it not be kept, it is erased. */
  expect(file: string): void {
    this.user.due('erase', file, Date.now() + limits.unsentMs)
  }

  /** It will not be kept. */
  erase(file: string): Promise<void> {
    this.user.due('erase', file, Date.now() + PATIENCE_MS)
    const work = this.carryOutDue('erase', file)
    this.user.track(work)
    return work
  }

  /** Writes a file down, as what became of its upload. */
  keep(wanted: NewFile): KeptFile {
    const { upload, sha256, name } = wanted
    if (upload === null) return this.keepOnce(wanted)
    const became = store.becameOf(this.user.book, upload)
    if (became && (became.sha256 !== sha256 || became.name !== name)) throw otherFile()
    const kept = this.keepOnce(wanted)
    this.user.uploads.became(upload, wanted, kept.attachment.id)
    return kept
  }

  /** The same content is stored once, under as many names as it was given. */
  private keepOnce(wanted: NewFile): KeptFile {
    const { book } = this.user
    const same = store.findContent(book, wanted.sha256)
    const first = same[0]
    this.user.track(directoryStub(this.env, book.id).countUpload(wanted.size))
    if (!first) return { ...this.insert(wanted, wanted.file), fresh: true }
    if (wanted.stored) void this.erase(wanted.file)
    const named = same.find(({ name }) => name === wanted.name)
    if (named) return { attachment: store.storedOf(book, named), file: named.file, fresh: false }
    return {
      ...this.insert({ ...wanted, file: first.file }, nextId(same, first.file)),
      fresh: false,
    }
  }

  /** It was not to be kept after all. What was sent meanwhile, or drafted, stays. */
  async discard(id: string): Promise<void> {
    const { book } = this.user
    const row = store.findAttachment(book, id)
    if (!row || store.shownIn(book, id).length > 0 || store.isWaiting(book, id)) return
    await this.remove(row)
  }

  find(id: string): { attachment: StoredAttachment; threads: string[] } | null {
    const { book } = this.user
    const row = store.findAttachment(book, id)
    if (!row) return null
    const threads = store.shownIn(book, id).map(({ thread_id }) => thread_id)
    return { attachment: store.storedOf(book, row), threads }
  }

  /**
   * Files are about to be sent to a thread. It is noted before it happens, so that no file is erased
   * that a message shows; a note too many is found out by asking. Answers those that are there.
   */
  attach(ids: string[], threadId: string): StoredAttachment[] {
    const { book } = this.user
    const own = store.ownAttachments(book, ids)
    if (own.length === ids.length)
      for (const id of ids) store.noteShown(book, id, threadId, Date.now())
    return own
  }

  /** Erases a file that nothing refers to: no message, as the threads say, no draft, nothing queued. */
  async settle(id: string): Promise<void> {
    const { book } = this.user
    const noted = store.shownIn(book, id)
    const held = await Promise.all(
      noted.map(({ thread_id }) => threadStub(this.env, thread_id).holds(id)),
    )
    for (const [index, each] of noted.entries()) if (!held[index]) store.dropShown(book, id, each)
    const row = store.findAttachment(book, id)
    if (!row || store.shownIn(book, id).length > 0) return
    if (store.isWaiting(book, id)) return this.postpone(row)
    await this.remove(row)
  }

  private async remove({ id, file }: FileRow): Promise<void> {
    store.removeAttachment(this.user.book, id)
    if (!store.isStored(this.user.book, file)) await this.erase(file)
  }

  /** The alarm took these from its table: until they are done with, they stay due. */
  keepDue(taken: { kind: string; key: string }[], now: number): void {
    for (const { kind, key } of taken)
      if (kind === 'files' || kind === 'erase') this.user.book.setDue(kind, key, now + PATIENCE_MS)
  }

  async carryOutDue(kind: 'files' | 'erase', key: string): Promise<void> {
    if (kind === 'files') await this.sweep(Number(key))
    else await eraseFile(this.env.FILES, key)
    this.user.book.dropDue(kind, key)
  }

  /** Files that came after a time, and by now should have been sent. */
  private async sweep(after: number): Promise<void> {
    const { book } = this.user
    const until = Date.now() - limits.unsentMs
    await Promise.all(store.attachmentsBetween(book, after, until).map(({ id }) => this.settle(id)))
    const next = store.firstAttachmentAfter(book, until)
    if (next !== null) this.user.due('files', keyOf(until), next + limits.unsentMs)
  }

  private postpone({ id, created_at }: FileRow): void {
    const now = Date.now()
    if (created_at > now - limits.unsentMs) return
    store.renewAttachment(this.user.book, id, now)
    this.watch(now)
  }

  private insert(wanted: NewFile, id: string): Pick<KeptFile, 'attachment' | 'file'> {
    const { book } = this.user
    const { file, sha256, name, size, facts, stored, upload } = wanted
    const now = Date.now()
    const room = id === file ? this.room(upload) : null
    if (room !== null && size > room) {
      if (stored) void this.erase(file)
      throw storageFull(room)
    }
    if (stored) book.dropDue('erase', file)
    const row = { id, file, sha256, name, size, facts: JSON.stringify(facts), created_at: now }
    store.insertAttachment(book, row)
    this.watch(now)
    return { attachment: store.storedOf(book, row), file }
  }

  /** One entry of the alarm's table for all files: it passes each of them once. */
  private watch(now: number): void {
    if (!this.user.book.isDue('files'))
      this.user.due('files', keyOf(now - 1), now + limits.unsentMs)
  }
}

/** How full it is, and what to do about it. */
export const storageFull = (room: number) =>
  new ChatError('too_large', `there is room for ${room} bytes: delete messages with files first`)

/** Under one key comes one file, however often. */
export const otherFile = () =>
  new ChatError('idempotency_mismatch', 'another file was uploaded under this key: use a new one')

/** `a…-1`, `a…-2`: names of the same stored file. */
function nextId(same: FileRow[], file: string): string {
  const numbers = same.map(({ id }) => Number(id.slice(file.length + 1)))
  return `${file}-${Math.max(...numbers) + 1}`
}

/** Times as keys of the due table. */
const keyOf = (time: number) => String(time)

// Whether this person is there, on any of their devices, and who is told of it.
import { limits } from '../../contract/limits.ts'
import type { Presence, PresenceStatus } from '../../contract/user.ts'
import { statusOf } from '../../core/presence.ts'
import type { Env } from '../../env.ts'
import { iso } from '../../store/log/rows.ts'
import { contactsOf } from '../../store/model/threads.ts'
import { directoryStub, threadStub, userStub } from '../stubs.ts'
import type { User } from '../user.ts'

export class Attendance {
  private readonly user: User
  private readonly env: Env
  private readonly later: (work: Promise<unknown>) => void
  /** What was last announced; null after an eviction. A device less is no news by itself. */
  private told: PresenceStatus | null = null

  /** `later` is for what the object stays awake for. */
  constructor(user: User, env: Env, later: (work: Promise<unknown>) => void) {
    this.user = user
    this.env = env
    this.later = later
  }

  get now(): Presence {
    const { book } = this.user
    const status = statusOf(this.devices())
    const seen = status === 'offline' ? book.lastSeen() : null
    return { userId: book.id, status, lastSeen: seen === null ? null : iso(seen) }
  }

  /** Sockets here, Socket.IO sessions, and threads that hold a socket. */
  devices(): { away: boolean }[] {
    const here = this.user.sockets.open().map(([, { away }]) => ({ away }))
    return [
      ...here,
      ...this.user.sessions.devices(),
      ...this.user.book.ids('attending').map(() => ({ away: false })),
    ]
  }

  /** Tells those who share a thread, and admins who asked for it. Someone who cannot be reached asks when they come. */
  async announce(): Promise<void> {
    const { book } = this.user
    if (book.profile()?.privacy.presence === 'nobody') return
    const presence = this.now
    this.told = presence.status
    const contacts = await contactsOf(this.env.DB, book.id, limits.presenceContacts)
    await Promise.allSettled([
      ...contacts.map((userId) => userStub(this.env, userId).hearPresence(presence)),
      directoryStub(this.env, book.id).tellWatchers(presence, contacts),
    ])
  }

  /** The first device came: online at once, unless they were gone for less than the grace. */
  appeared(): void {
    const { book } = this.user
    if (book.isDue('offline')) book.dropDue('offline', '')
    else this.later(this.announce())
  }

  /** A device went. */
  left(): void {
    if (this.devices().length === 0)
      this.user.due('offline', '', Date.now() + limits.presenceGraceMs)
    else if (this.now.status !== this.told) this.later(this.announce())
  }

  /** The grace that began with the last device's end is over. */
  async over(at: number): Promise<void> {
    if (this.devices().length > 0) return
    this.user.book.setLastSeen(at - limits.presenceGraceMs)
    await this.announce()
  }

  /** A thread or session that stopped without saying so no longer counts as a device. */
  async check(): Promise<void> {
    const { book, sockets, sessions } = this.user
    if (sockets.open().length > 0) return
    await sessions.check()
    await Promise.all(
      book.ids('attending').map(async (threadId) => {
        const here = await threadStub(this.env, threadId).attended(book.id)
        if (here) return
        book.remove('attending', threadId)
        this.left()
      }),
    )
  }
}

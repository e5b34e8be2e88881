// Rows of a thread object ↔ entities of the contract. Only here.
import type { Actor } from '../../contract/actor.ts'
import { messageId } from '../../contract/ids.ts'
import type { Format, Kind, Message, Reaction } from '../../contract/message.ts'
import type { Proposal } from '../../contract/proposal.ts'
import type { Member, Role, Subject, ThreadType } from '../../contract/thread.ts'
import type { User } from '../../contract/user.ts'
import { attachmentsOf } from '../attachments.ts'

export type MessageRow = {
  seq: number
  born: number
  version: number
  sender: string
  client_id: string | null
  kind: Kind
  format: Format
  content: string | null
  metadata: string | null
  mentions: string | null
  /** JSON: `ALL`, or the ids of those who were there; null for a message that calls nobody so. */
  everyone?: string | null
  reply_to: number | null
  /** JSON of a `ForwardedFrom`. */
  forwarded: string | null
  preview: string | null
  /** JSON of `StoredAttachment`s; null for none. */
  attachments: string | null
  created_at: number
  edited_at: number | null
  deleted_at: number | null
  /** JSON of a `Proposal`. */
  proposal?: string | null
  /** When it vanishes (ms); null for one that stays. */
  expires_at?: number | null
  /** 1 for one that only its sender sees: they were shadow-banned when they sent it. */
  shadowed?: number
}

export type ThreadRow = {
  id: string
  step: number
  epoch: string
  type: ThreadType
  title: string | null
  metadata: string | null
  subject: string | null
  status: 'active' | 'closed'
  created_by: string
  created_at: number
  version: number
  /** The version up to which domain events were put on the queue; null where none are wanted. */
  told: number | null
}

export type MemberRow = {
  user_id: string
  name: string | null
  first_name: string | null
  last_name: string | null
  /** The application's own word, from their token. */
  user_role: string | null
  avatar_url: string | null
  role: Role
  joined_at: number
  left_at: number | null
  from_seq: number
  read_seq: number
  read_base: number
  delivered_seq: number
  marks: string
  pinned_at: number | null
  muted_until: number | null
  archived_at: number | null
  archived_seq: number | null
  hidden_seq: number | null
  subscribed: number
  version: number
  read_version: number
}

export const iso = (ms: number) => new Date(ms).toISOString()
export const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms))
/** JSON text as we wrote it ourselves: its type is the one that was written. */
export const parsed = <T>(json: string | null): T | null =>
  json === null ? null : (JSON.parse(json) as T)

/** `preview` of a message whose link was not looked up yet. */
export const OWED = ''

/** `everyone` of a message that calls all members. */
export const ALL = '"all"'

/** When a message went: it was deleted, or its time is over, written down by the alarm or not yet. */
export const endOf = ({ deleted_at, expires_at }: MessageRow, now: number): number | null =>
  deleted_at ?? (expires_at != null && expires_at <= now ? expires_at : null)

export const subjectOf = (row: ThreadRow) => parsed<Subject>(row.subject)

/** `people` finds a member's present name; someone unknown is shown by their id. */
export type People = ReadonlyMap<
  string,
  Pick<MemberRow, 'name' | 'first_name' | 'last_name' | 'avatar_url'>
>

/** A member as a person, as far as their claims or the read model say. */
export type Person = Pick<
  MemberRow,
  'name' | 'first_name' | 'last_name' | 'avatar_url' | 'user_role'
>

type Claims = Pick<Actor, 'name' | 'firstName' | 'lastName' | 'avatarUrl' | 'role'>

/** What a token says of its person; what it does not say stays as it was known. */
export function claimed(claims: Claims, known: Person = nobodyKnown): Person {
  const named = claims.name !== null
  return {
    name: claims.name ?? known.name,
    first_name: named ? (claims.firstName ?? null) : known.first_name,
    last_name: named ? (claims.lastName ?? null) : known.last_name,
    avatar_url: claims.avatarUrl ?? known.avatar_url,
    user_role: claims.role,
  }
}

export const nobodyKnown: Person = {
  name: null,
  first_name: null,
  last_name: null,
  avatar_url: null,
  user_role: null,
}

export const personOf = ({
  name,
  first_name,
  last_name,
  avatar_url,
  user_role,
}: Person): Person => ({ name, first_name, last_name, avatar_url, user_role })

export const samePerson = (a: Person, b: Person) =>
  a.name === b.name &&
  a.avatar_url === b.avatar_url &&
  a.user_role === b.user_role &&
  a.first_name === b.first_name &&
  a.last_name === b.last_name

type NameParts = Pick<MemberRow, 'first_name' | 'last_name'>

/** The parts of a name, where they are known. */
export const partsOf = ({ first_name, last_name }: NameParts) => ({
  ...(first_name !== null && { firstName: first_name }),
  ...(last_name !== null && { lastName: last_name }),
})

export function userOf(id: string, people: People): User {
  const row = people.get(id)
  const user = { id, name: row?.name ?? id, avatarUrl: row?.avatar_url ?? null }
  return row && (row.first_name || row.last_name) ? { ...user, ...partsOf(row) } : user
}

export function messageOf(
  threadId: string,
  row: MessageRow,
  reactions: Reaction[],
  people: People,
): Message {
  const end = endOf(row, Date.now())
  const gone = end !== null
  return {
    id: messageId(threadId, row.seq),
    threadId,
    seq: row.seq,
    version: row.version,
    clientId: row.client_id,
    sender: userOf(row.sender, people),
    kind: row.kind,
    format: row.format,
    content: gone ? null : row.content,
    metadata: gone ? null : parsed(row.metadata),
    attachments: gone ? [] : attachmentsOf(row.attachments),
    mentions: gone ? [] : (parsed<string[]>(row.mentions) ?? []),
    ...(row.everyone != null && !gone && { everyone: row.everyone === ALL ? 'all' : 'here' }),
    replyTo: row.reply_to === null ? null : messageId(threadId, row.reply_to),
    forwardedFrom: gone ? null : parsed(row.forwarded),
    reactions: gone ? [] : reactions,
    preview: gone || row.preview === OWED ? null : parsed(row.preview),
    ...(row.proposal && !gone && { proposal: JSON.parse(row.proposal) as Proposal }),
    createdAt: iso(row.created_at),
    editedAt: isoOrNull(row.edited_at),
    deletedAt: isoOrNull(end),
    ...(row.expires_at != null && !gone && { expiresAt: iso(row.expires_at) }),
  }
}

export function memberOf(row: MemberRow, cursors: { read: number; delivered: number }): Member {
  return {
    userId: row.user_id,
    name: row.name ?? row.user_id,
    ...partsOf(row),
    avatarUrl: row.avatar_url,
    role: row.role,
    userRole: row.user_role ?? 'user',
    joinedAt: iso(row.joined_at),
    leftAt: isoOrNull(row.left_at),
    readSeq: cursors.read,
    deliveredSeq: cursors.delivered,
    version: row.version,
  }
}

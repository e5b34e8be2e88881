// What a dialect is: tables that say how another system's clients ask, and what they want to hear.
// A dialect awaits nothing. It answers with plans; http/dialect.ts and socketio/dialect.ts carry
// them out, and nothing else does.
import { z } from 'zod'
import type { Actor } from '../contract/actor.ts'
import type { Attachment } from '../contract/attachment.ts'
import type { ErrorBody, ErrorCode } from '../contract/errors.ts'
import type { EventData, EventName } from '../contract/events.ts'
import type { Input, Operation, Output } from '../contract/operations.ts'
import type { Method } from '../contract/rest.ts'

/** What is to be done: a native operation and what to make of its answer, or nothing more. */
export type Plan<T> = { end: T } | Step<T>
type Step<T> = {
  operation: Operation
  input: unknown
  next: (output: unknown) => Plan<T>
  /** What to do when it is refused; without it, the refusal is the answer. */
  otherwise?: (error: ErrorBody) => Plan<T>
}

export const done = <T>(end: T): Plan<T> => ({ end })

/** One step of a plan. A misspelt operation or a wrong input does not compile. */
export const ask = <O extends Operation, T>(
  operation: O,
  input: Input<O>,
  next: (output: Output<O>) => Plan<T>,
  otherwise?: Step<T>['otherwise'],
): Plan<T> => ({
  operation,
  input,
  // What an operation answers is of its own output type.
  next: next as Step<T>['next'],
  otherwise,
})

/** What a body, a query or an event must hold, each field by its name in the source document. */
export type Fields = Record<string, z.ZodType>
type Values<F extends Fields> = { [K in keyof F]: z.output<F[K]> }

type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/**
 * A request whose fields were checked. `key` is its Idempotency-Key, `at` when it came (ISO 8601),
 * `files` what it uploaded, where its row takes an upload.
 */
export type Asked<P extends string, Q extends Fields, B extends Fields> = {
  params: Record<P, string>
  query: Values<Q>
  body: Values<B>
  me: Actor
  key: string | undefined
  at: string
  files: Attachment[]
}

/** Files of a multipart form: the name of their field, and how many of them there may be. */
export type Upload = { field: string; most: number }

/**
 * A row of a REST table. `status` is that of a success; what was done before answers 200, and 204 has
 * no body. `local`: not there but on the machine of whoever tries Skein out. `upload`: the body is a
 * form; its files are stored before the plan is made, all of them or none, and its other fields are
 * checked as those of any body.
 */
export type Endpoint = {
  method: Method
  path: string
  status: 200 | 201 | 204
  local: boolean
  upload: Upload | null
  query: z.ZodObject
  body: z.ZodObject
  plan: (asked: Asked<string, Fields, Fields>) => Plan<object>
}

/** Rows are tried in their order, so fixed words stand before `:id`. */
export const endpoint = <
  const Path extends string,
  Q extends Fields = Record<never, never>,
  B extends Fields = Record<never, never>,
>(
  method: Method,
  path: Path,
  takes: { query?: Q; body?: B; status?: Endpoint['status']; local?: boolean; upload?: Upload },
  plan: (asked: Asked<ParamsOf<Path>, Q, B>) => Plan<object>,
): Endpoint => ({
  method,
  path,
  status: takes.status ?? 200,
  local: takes.local ?? false,
  upload: takes.upload ?? null,
  query: z.object(takes.query ?? {}),
  body: z.object(takes.body ?? {}),
  // The interpreter calls it with what these two schemas and this path gave.
  plan: plan as Endpoint['plan'],
})

/** An event as Socket.IO emits it. */
export type Emit = { event: string; data: unknown }

/**
 * What an event from a client comes to: `emit` goes to the socket that sent it, `answer` to its
 * acknowledgement callback, if it gave one; `join` and `leave` name a thread whose typing and
 * presence the socket hears.
 */
export type Heard = { emit?: Emit[]; answer?: object; join?: string; leave?: string }

/** A row of what a dialect hears. `bare` is the field that a bare string stands for. */
export type Hear = {
  fields: z.ZodObject
  bare?: string
  plan: (heard: { data: Values<Fields>; me: Actor }) => Plan<Heard>
}

export const hear = <F extends Fields>(
  fields: F,
  plan: (heard: { data: Values<F>; me: Actor }) => Plan<Heard>,
  bare?: keyof F & string,
): Hear => ({ fields: z.object(fields), bare, plan: plan as Hear['plan'] })

/**
 * What there is to tell a socket: the events of the contract, but typing one person at a time, as
 * every document has it; the session keeps the last full list, and tells what changed.
 */
type NewsData = {
  [E in Exclude<EventName, 'typing.updated'>]: EventData<E>
} & { 'typing.changed': { userId: string; typing: boolean } }
export type NewsName = keyof NewsData
export type News<N extends NewsName> = { threadId: string; data: NewsData[N] }

/**
 * Whose sockets an event goes to, of those that heard the news: everyone's, those of whoever caused
 * it or of everyone else, those that joined the thread, or those of admins. Where an event does not
 * say who caused it, everyone is somebody else. Nobody is told of their own typing.
 */
export type Audience = 'all' | 'author' | 'others' | 'joined' | 'admins'

/** `me` is who listens; `at` is now, in ISO 8601. */
export type Listener = { me: Actor; at: string }

/**
 * A row of what a dialect says. A plan that ends in null says nothing to this listener, one that ends
 * in a list says each of it. Where typing is told to others than those who joined, it is heard of
 * all of a person's threads.
 */
export type Say<N extends NewsName> = {
  to: Audience
  as: string
  with: (news: News<N>, listener: Listener) => Plan<object | null>
}

/** A dialect that says nothing of an event writes `[]`: silence is visible. */
export type Says = { [N in NewsName]: Say<N>[] }

export type Sockets = {
  namespace: string
  /** Whoever comes has got all that waited for them: their messages count as delivered. */
  delivers?: true
  hears: Record<string, Hear>
  says: Says
  /** Told to a socket as soon as it is let in. */
  welcome: (listener: Listener) => Plan<Emit[]>
  /** Told to a socket without a good token, before it is shut out; null is a connect error. */
  refusal: (error: ErrorBody) => Emit | null
  /** Told to a socket whose event failed; `said` is what came with that event. */
  failure: (error: ErrorBody, said?: unknown) => Emit
  /** Carried out for each joined thread when a connection ends (not `here`), and when it is back. */
  attends?: (joined: { threadId: string; here: boolean }) => Plan<unknown>
}

export type Dialect = {
  /** Paths that belong to the dialect: an unknown one below them is answered in its own words. */
  paths: string[]
  endpoints: Endpoint[]
  envelope: { ok: (data: object) => object; fail: (error: ErrorBody) => object }
  /** How a thread or message that is there, but not mine, is refused; without it, as if it were not. */
  stranger?: 'forbidden'
  /** Statuses of errors, where the document has others than ours. */
  statuses?: Partial<Record<ErrorCode, number>>
  sockets: Sockets
}

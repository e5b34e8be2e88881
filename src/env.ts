// Bindings and settings. Settings are text in wrangler.toml, and are parsed once here.
import { z } from 'zod'
import type { Called, Happened, Job } from './contract/delivery.ts'
import type { DomainEvent } from './contract/domain.ts'
import { DEVELOPMENT_SECRET } from './contract/development.ts'
import { ThreadType } from './contract/thread.ts'
import type { Directory } from './objects/directory.ts'
import type { Moderation } from './objects/moderation.ts'
import type { Thread } from './objects/thread.ts'
import type { User } from './objects/user.ts'
import type { Connection } from './socketio/connection.ts'

export type Env = {
  ASSETS: Fetcher
  DB: D1Database
  /** Full-text search. */
  SEARCH: D1Database
  THREAD: DurableObjectNamespace<Thread>
  USER: DurableObjectNamespace<User>
  DIRECTORY: DurableObjectNamespace<Directory>
  CONNECTION: DurableObjectNamespace<Connection>
  /** A network without private addresses, where the host can give one. */
  PUBLIC_NETWORK?: Fetcher
  MODERATION: DurableObjectNamespace<Moderation>
  /** What people uploaded. */
  FILES: R2Bucket
  /** Makes pictures smaller, where it is bound. */
  IMAGES?: ImagesBinding
  /** Domain events go there, where `DOMAIN_EVENTS` asks for them. */
  EVENTS?: Queue<DomainEvent>
  /** What is handed to somebody outside. */
  DELIVERIES?: Queue<Job | Happened | Called>
  /** Sends mail, where it is bound and Postmark is not set up. */
  EMAIL?: SendEmail
} & Record<string, unknown>

const empty = (value: unknown) => (value === '' ? undefined : value)
const optional = <T extends z.ZodType>(type: T) => z.preprocess(empty, type.optional())
const MiB = 1024 * 1024
/** A limit; 0 turns it off. */
const limit = (standard: number) =>
  z.preprocess(empty, z.coerce.number().int().min(0).default(standard))

/** Milliseconds; none of them can be turned off. */
const time = (standard: number) =>
  z.preprocess(empty, z.coerce.number().int().min(50).max(86_400_000).default(standard))

/** `{"host name": "dialect"}` */
function hostTable(text: string, context: z.RefinementCtx): ReadonlyMap<string, string> {
  try {
    return new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(text))))
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON: {"host name": "dialect", …}' })
    return z.NEVER
  }
}

const Retention = z.partialRecord(ThreadType, z.number().int().min(1).max(36_500))

/** `{"thread type": days}` */
function retentionTable(text: string, context: z.RefinementCtx): z.infer<typeof Retention> {
  try {
    return Retention.parse(JSON.parse(text))
  } catch {
    const types = ThreadType.options.join(', ')
    context.addIssue({ code: 'custom', message: `must be JSON: {"type": days, …}, of ${types}` })
    return z.NEVER
  }
}

/** `host:port,host:port` */
const hostPairs = (text: string): ReadonlySet<string> =>
  new Set(text.split(',').map((pair) => pair.trim().toLowerCase()))

/** A part of the key pair of Web Push, as its tools print it. */
const vapidKey = (bytes: number) =>
  optional(
    z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((bytes * 4) / 3)}}=?$`), {
      message: `must be ${bytes} bytes in base64url`,
    }),
  )

/** A service account of Firebase, as its console gives it. */
function serviceAccount(text: string, context: z.RefinementCtx) {
  const Account = z.object({
    ...{ project_id: z.string(), client_email: z.string(), private_key: z.string() },
    token_uri: z.url().default('https://oauth2.googleapis.com/token'),
  })
  try {
    return Account.parse(JSON.parse(text))
  } catch {
    context.addIssue({ code: 'custom', message: 'must be the JSON of a service account' })
    return z.NEVER
  }
}

/** Seconds between one attempt and the next, at most twelve hours each. */
function pauses(text: string, context: z.RefinementCtx): number[] {
  const numbers = text.split(',').map((part) => Number(part.trim()))
  if (numbers.every((one) => Number.isInteger(one) && one >= 0 && one <= 43_200)) return numbers
  context.addIssue({ code: 'custom', message: 'must be seconds, up to 43200: 5,300,1800' })
  return z.NEVER
}

const Settings = z
  .object({
    ENVIRONMENT: z.string().default('local'),
    JWT_SECRET: optional(z.string().min(32)),
    JWKS_URL: optional(z.url()),
    JWT_ISSUER: optional(z.string()),
    JWT_AUDIENCE: optional(z.string()),
    DEV_LOGIN: optional(z.stringbool()),
    ROOT_DIALECT: z.string().default('eventflow'),
    DIALECT_HOSTS: z.string().default('{}').transform(hostTable),
    CORS_ORIGINS: z
      .string()
      .default('')
      .transform((text) =>
        text
          .split(',')
          // An origin has no path, but is often written with a slash at its end.
          .map((origin) => origin.trim().replace(/\/+$/, ''))
          .filter(Boolean),
      ),
    PREVIEW_ALLOW_HOSTS: z.string().default('').transform(hostPairs),
    MAX_MESSAGES_PER_MINUTE: limit(30),
    MAX_MESSAGES_PER_HOUR: limit(0),
    SPAM_KEYWORDS: z
      .string()
      .default('viagra,cialis,casino,lottery')
      .transform((text) => text.split(',').map((word) => word.trim())),
    MAX_EVENTS_PER_MINUTE: limit(100),
    SOCKETIO_PING_INTERVAL_MS: time(25_000),
    SOCKETIO_PING_TIMEOUT_MS: time(20_000),
    SOCKETIO_UPGRADE_TIMEOUT_MS: time(10_000),
    SOCKETIO_CONNECT_TIMEOUT_MS: time(45_000),
    SOCKETIO_MAX_PAYLOAD: z.preprocess(empty, z.coerce.number().int().min(1).default(1_000_000)),
    MESSAGE_EDIT_WINDOW_MINUTES: limit(15),
    MAX_PINNED_THREADS: limit(10),
    RETENTION_DAYS: z.preprocess(empty, z.string().default('{}')).transform(retentionTable),
    MAX_FILE_SIZE: limit(10 * MiB),
    MAX_UPLOAD_SIZE: limit(500 * MiB),
    MAX_STORAGE: limit(1024 * MiB),
    R2_ACCOUNT_ID: optional(z.string()),
    R2_BUCKET: z.string().default('skein-files'),
    R2_ACCESS_KEY_ID: optional(z.string()),
    R2_SECRET_ACCESS_KEY: optional(z.string()),
    DOMAIN_EVENTS: z.preprocess(empty, z.stringbool().default(false)),
    EVENTS: z.unknown().optional(),
    WEBHOOKS: z.preprocess(empty, z.stringbool().default(false)),
    DELIVERIES: z.unknown().optional(),
    OUTSIDE_ALLOW_HOSTS: z.string().default('').transform(hostPairs),
    BASE_URL: z.preprocess(empty, z.url().default('http://127.0.0.1:8787')),
    OUTBOX: z.preprocess(empty, z.stringbool().default(true)),
    EMAIL_ENABLED: optional(z.stringbool()),
    EMAIL_DIGEST_MINUTES: z.preprocess(empty, z.coerce.number().min(0).max(1440).default(15)),
    POSTMARK_API_KEY: optional(z.string()),
    POSTMARK_FROM: z.preprocess(empty, z.string().default('Skein <skein@localhost>')),
    POSTMARK_URL: z.preprocess(empty, z.url().default('https://api.postmarkapp.com')),
    VAPID_PUBLIC_KEY: vapidKey(65),
    VAPID_PRIVATE_KEY: vapidKey(32),
    VAPID_CONTACT: z.preprocess(empty, z.string().default('mailto:skein@localhost')),
    FIREBASE_CREDENTIALS: optional(z.string().transform(serviceAccount)),
    FIREBASE_URL: z.preprocess(empty, z.url().default('https://fcm.googleapis.com')),
    /** About a day in all. */
    RETRY_PAUSES: z
      .preprocess(empty, z.string().default('5,300,1800,7200,18000,28800,28800'))
      .transform(pauses),
  })
  .transform((vars) => {
    const local = vars.ENVIRONMENT === 'local'
    // On a developer's machine, what nobody is set up to send is kept for the desk.
    const outbox = local && vars.OUTBOX && vars.DELIVERIES !== undefined
    return {
      ...vars,
      OUTBOX: outbox,
      EMAIL_ENABLED: vars.EMAIL_ENABLED ?? outbox,
      BASE_URL: vars.BASE_URL.replace(/\/+$/, ''),
      push:
        (vars.VAPID_PUBLIC_KEY !== undefined && vars.VAPID_PRIVATE_KEY !== undefined) ||
        vars.FIREBASE_CREDENTIALS !== undefined ||
        outbox,
      JWT_SECRET: vars.JWT_SECRET ?? (local ? DEVELOPMENT_SECRET : undefined),
      DEV_LOGIN: vars.DEV_LOGIN ?? local,
      local,
    }
  })
  .superRefine((vars, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message })
    if (vars.DOMAIN_EVENTS && !vars.EVENTS)
      refuse('DOMAIN_EVENTS needs a queue: bind one as EVENTS in wrangler.toml')
    if ((vars.WEBHOOKS || vars.EMAIL_ENABLED || vars.push) && !vars.DELIVERIES)
      refuse('WEBHOOKS, EMAIL_ENABLED and VAPID_PUBLIC_KEY need a queue: bind one as DELIVERIES')
    if (vars.local) return
    if (vars.JWT_SECRET === DEVELOPMENT_SECRET)
      refuse('JWT_SECRET is the development secret: set your own with `wrangler secret put`')
    if (vars.DEV_LOGIN) refuse('DEV_LOGIN lets anyone be anyone: it is for local use only')
    if (!vars.JWT_SECRET && !vars.JWKS_URL)
      refuse('no one could sign in: set JWT_SECRET (HS256) or JWKS_URL (RS256, ES256)')
  })

export type Settings = z.output<typeof Settings>

const parsed = new WeakMap<object, Settings>()

/** The settings of this deployment, parsed once. Throws, saying what to change, if they are unsafe. */
export function settingsOf(env: object): Settings {
  const known = parsed.get(env)
  if (known) return known
  const result = Settings.safeParse(env)
  if (!result.success) {
    const what = result.error.issues.map((issue) => [...issue.path, issue.message].join(': '))
    throw new Error(`Skein cannot serve with these settings. ${what.join('. ')}`)
  }
  parsed.set(env, result.data)
  return result.data
}

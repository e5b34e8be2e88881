// REST in another system's words: the one interpreter of every dialect's endpoints.
import type { Context } from 'hono'
import type { Actor } from '../contract/actor.ts'
import type { Attachment } from '../contract/attachment.ts'
import { ChatError, errorBody, errors, isChatError } from '../contract/errors.ts'
import { operations } from '../contract/operations.ts'
import { dialectOf } from '../dialects/all.ts'
import type { Asked, Dialect, Endpoint, Fields } from '../dialects/dialect.ts'
import { withOrigin } from '../dialects/origin.ts'
import { carryOut } from '../dispatch.ts'
import type { Outcome } from '../dispatch.ts'
import { settingsOf } from '../env.ts'
import { reportFault } from '../objects/fault.ts'
import { follow, valid } from '../plans.ts'
import type { Carry } from '../plans.ts'
import { knownActor } from './actor.ts'
import type { App } from './app.ts'
import { rateHeaders } from './failure.ts'
import { bodyOf, readModel } from './native.ts'
import { rowAt } from './rows.ts'
import { upload } from './upload.ts'

/** Answers a request of a dialect, or null when the path is none of its own. */
export async function answerDialect(context: Context<App>): Promise<Response | null> {
  const { env, req } = context
  const { DIALECT_HOSTS, ROOT_DIALECT } = settingsOf(env)
  const chosen = dialectOf(new URL(req.url), DIALECT_HOSTS, ROOT_DIALECT)
  const owns = chosen?.dialect.paths.some((own) => `${chosen.path}/`.startsWith(`${own}/`))
  if (!chosen || !owns) return null
  const { dialect } = chosen
  const path = chosen.path.replace(/\/+$/, '')
  try {
    const actor = await knownActor(req.raw, env)
    const { row, params } = reached(dialect, req.method, path, settingsOf(env).local)
    const asked = await askedOf(context, row, params, actor)
    const carry: Carry = async (ask) => {
      const outcome = toldApart(dialect, await carryOut(env, actor, ask, 'rest'))
      const wrote = 'ok' in outcome && operations[ask.operation].write
      if (wrote) await readModel(env, actor, ask, outcome)
      return outcome
    }
    const { origin } = new URL(req.url)
    const { end, repeated } = await follow(actor, row.plan(asked), carry, origin)
    if (row.status === 204) return new Response(null, { status: 204, headers })
    return answer(dialect.envelope.ok(end), repeated ? 200 : row.status)
  } catch (error) {
    if (!isChatError(error)) reportFault(error)
    const body = errorBody(error)
    const status = dialect.statuses?.[body.code] ?? errors[body.code].status
    return answer(dialect.envelope.fail(body), status, rateHeaders(body))
  }
}

const headers = {
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'private, no-store',
}

const answer = (body: object, status: number, more: Record<string, string> = {}) =>
  Response.json(body, { status, headers: { ...headers, ...more } })

/** What is there and not mine, where the document has a word of its own for that. */
function toldApart(dialect: Dialect, outcome: Outcome): Outcome {
  const stranger = 'error' in outcome && outcome.stranger === true
  if (!stranger || !dialect.stranger) return outcome
  return { error: { code: dialect.stranger, message: 'you are not in this thread' } }
}

async function askedOf(
  context: Context<App>,
  row: Endpoint,
  params: Record<string, string>,
  me: Actor,
): Promise<Asked<string, Fields, Fields>> {
  const request = context.req.raw
  const query = Object.fromEntries(new URL(request.url).searchParams)
  const { files, fields } = await sentTo(context, row, me)
  return {
    params: Object.fromEntries(Object.entries(params).map(([name, text]) => [name, decoded(text)])),
    query: valid(row.query, query),
    body: valid(row.body, fields),
    me,
    key: request.headers.get('Idempotency-Key') ?? undefined,
    at: new Date().toISOString(),
    files,
  }
}

/** What a request carries beside its address: JSON, or a form with files, or nothing. */
async function sentTo(
  context: Context<App>,
  { method, upload: wanted }: Endpoint,
  me: Actor,
): Promise<{ files: Attachment[]; fields: Record<string, unknown> }> {
  const { env, req } = context
  if (!wanted) {
    const inBody = method !== 'GET' && method !== 'DELETE'
    return { files: [], fields: inBody ? await bodyOf(req.raw) : {} }
  }
  const lasting = (work: Promise<unknown>) => context.executionCtx.waitUntil(work)
  return withOrigin(await upload(env, me, req.raw, wanted, lasting), new URL(req.url).origin)
}

function reached(dialect: Dialect, method: string, path: string, local: boolean) {
  const found = rowAt(dialect, method === 'HEAD' ? 'GET' : method, path)
  if (found?.row.local && !local) throw new ChatError('not_found', 'there is nothing at this path')
  if (found) return found
  const others = dialect.endpoints.some((row) => rowAt(dialect, row.method, path))
  if (others) throw new ChatError('method_not_allowed', `${method} is not possible here`)
  throw new ChatError('not_found', 'there is nothing at this path')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new ChatError('invalid', 'the path is not encoded as it should be')
  }
}

// Native REST: every row of the REST table becomes a route; the input is checked at the one door.
import { zValidator } from '@hono/zod-validator'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'
import { operations } from '../contract/operations.ts'
import type { Output } from '../contract/operations.ts'
import { rest } from '../contract/rest.ts'
import type { Route } from '../contract/rest.ts'
import { carryOut, checked, isThreadAsk, isUserAsk, threadOf } from '../dispatch.ts'
import type { Ask, Outcome } from '../dispatch.ts'
import type { Env } from '../env.ts'
import { threadStub, userStub } from '../objects/stubs.ts'
import { knownActor } from './actor.ts'
import type { App } from './app.ts'
import { errorResponse } from './failure.ts'

export const nativeRoutes = new Hono<App>()

/** What is no JSON has a handler of its own. */
const isJson = ({ body, answer }: Route) => body === undefined && answer === undefined

for (const route of rest.filter(isJson))
  nativeRoutes.on(
    route.method,
    route.path,
    zValidator('query', querySchema(route), (result) => {
      if (result.success) return
      const details = result.error.issues.map(({ path, message }) => ({
        path: path.join('.'),
        message,
      }))
      throw new ChatError('invalid', `${details[0]?.path}: ${details[0]?.message}`, details)
    }),
    async (context) => answer(context, route, context.req.valid('query')),
  )

for (const path of new Set(rest.map((route) => route.path)))
  nativeRoutes.all(path, ({ req }) => {
    throw new ChatError('method_not_allowed', `${req.method} is not possible here: see /api/docs`)
  })

async function answer(
  context: Context<App>,
  route: Route,
  query: Record<string, unknown>,
): Promise<Response> {
  const { env, req } = context
  const actor = await knownActor(req.raw, env)
  const inBody = route.method !== 'GET' && route.method !== 'DELETE'
  const body = inBody ? await bodyOf(req.raw) : {}
  const input = { ...body, ...query, ...req.param() }
  const ask = checked(actor, route.operation, withKey(route, req.raw, input))
  const outcome = await carryOut(env, actor, ask, 'rest')
  if ('error' in outcome) return errorResponse(outcome.error)
  if (operations[route.operation].write) await readModel(env, actor, ask, outcome)
  if (route.status === 204) return context.body(null, 204)
  return context.json(outcome.ok as object, outcome.repeated ? 200 : route.status)
}

/** An Idempotency-Key is the clientId of whatever takes one. */
function withKey(route: Route, request: Request, input: Record<string, unknown>) {
  const key = request.headers.get('Idempotency-Key')
  const takes = 'clientId' in operations[route.operation].input.shape
  return key !== null && takes ? { clientId: key, ...input } : input
}

/** A JSON object, or nothing at all. Whatever the Content-Type says, it is read as JSON. */
export async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  const tooLarge = new ChatError('too_large', `a body has at most ${limits.bodyBytes} bytes`)
  if (Number(request.headers.get('Content-Length') ?? 0) > limits.bodyBytes) throw tooLarge
  const text = await request.text()
  if (text.length > limits.bodyBytes) throw tooLarge
  if (text.trim() === '') return {}
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ChatError('invalid', 'the body is no JSON')
  }
  const object = z.record(z.string(), z.unknown()).safeParse(json)
  if (!object.success) throw new ChatError('invalid', 'the body must be a JSON object')
  return object.data
}

/** Numbers and lists arrive as text in a query; what they must be, the operation's schema says. */
function querySchema(route: Route) {
  const fields: Record<string, z.ZodType> = operations[route.operation].input.shape
  const shape = Object.entries(fields).map(([name, field]): [string, z.ZodType] => {
    if (route.lists?.includes(name)) return [name, z.string().transform((text) => text.split(','))]
    if (!numeric(field)) return [name, z.string()]
    return [
      name,
      z
        .string()
        .regex(/^\d{1,15}$/, 'must be a whole number')
        .transform(Number),
    ]
  })
  return z.object(Object.fromEntries(shape)).partial()
}

function numeric(field: z.ZodType): boolean {
  return field.safeParse(1).success && !field.safeParse('a').success
}

/**
 * A write is answered when the read model has it, so that a reader finds what they just wrote, or
 * after 2 s: a database that is down delays an answer, and never loses or refuses one.
 */
export async function readModel(env: Env, actor: Actor, ask: Ask, outcome: Outcome): Promise<void> {
  const wait = settled(env, actor, ask, outcome).catch(() => {
    // The object keeps what D1 lacks and brings it later; the answer does not depend on it.
  })
  await Promise.race([wait, scheduler.wait(limits.projectionWaitMs)])
}

async function settled(env: Env, actor: Actor, ask: Ask, outcome: Outcome): Promise<void> {
  if (isUserAsk(ask)) await userStub(env, actor.id).settle()
  const threads = new Set(threadsIn(ask, outcome))
  await Promise.all([...threads].map((threadId) => threadStub(env, threadId).settle()))
}

/** The threads that an operation changed. */
function threadsIn(ask: Ask, outcome: Outcome): string[] {
  if (isThreadAsk(ask)) return [threadOf(ask)]
  if ('error' in outcome) return []
  // The answer is that of the operation's own row.
  if (ask.operation === 'thread.create') return [(outcome.ok as Output<'thread.create'>).id]
  if (ask.operation === 'draft.send') return [(outcome.ok as Output<'draft.send'>).threadId]
  if (ask.operation !== 'message.forward') return []
  const { items } = outcome.ok as Output<'message.forward'>
  return items.flatMap((item) => ('message' in item ? item.message.threadId : []))
}

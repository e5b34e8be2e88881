// The import stream: NDJSON in, counted out. It never waits in memory.
import type { Handler } from 'hono'
import { ChatError } from '../contract/errors.ts'
import type { Parsed } from '../contract/operations.ts'
import { checked } from '../dispatch.ts'
import { importLines } from '../service/import.ts'
import { knownActor } from './actor.ts'
import type { App } from './app.ts'

export const importRoute: Handler<App> = async (context) => {
  const { env, req } = context
  const actor = await knownActor(req.raw, env)
  const ask = checked(actor, 'admin.import', req.query())
  const { source } = ask.input as Parsed<'admin.import'>
  if (!req.raw.body) throw new ChatError('invalid', 'send lines of JSON (NDJSON)')
  return context.json(await importLines(env, actor, source, req.raw.body))
}

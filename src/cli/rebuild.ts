// `npm run rebuild -- --state DIR`: rebuilds the read model of a stopped server from its threads.
import { parseArgs } from 'node:util'
import { DEVELOPMENT_SECRET } from '../contract/development.ts'
import { signToken } from '../identity/token.ts'
import { buildWorker, root } from './build.ts'
import { command, usage } from './failure.ts'
import { serve } from './server.ts'

type Page = { threads: number; users: number; messages: number; nextCursor: string | null }

await command(async () => {
  const { values } = usage(() =>
    parseArgs({ options: { state: { type: 'string', default: `${root}.skein/state` } } }),
  )
  await buildWorker()
  const JWT_SECRET = DEVELOPMENT_SECRET
  const server = await serve({ port: 0, state: values.state, set: { JWT_SECRET } })
  const token = await signToken({ sub: 'rebuild', role: 'admin' }, JWT_SECRET, { expiresIn: 3600 })
  const total = { threads: 0, users: 0, messages: 0 }
  for (let cursor: string | null | undefined; cursor !== null;) {
    const response = await fetch(`${server.url}/v1/admin/rebuild`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: JSON.stringify(cursor === undefined ? {} : { cursor }),
    })
    if (!response.ok)
      throw new Error(`The server answered ${response.status}: ${await response.text()}`)
    const page = (await response.json()) as Page
    total.threads += page.threads
    total.users += page.users
    total.messages += page.messages
    cursor = page.nextCursor
  }
  await server.stop()
  console.log(`rebuilt ${total.threads} threads, ${total.messages} messages, ${total.users} users`)
})

// Where nobody wants to hear what happened, no thread keeps a place for it.
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { Env } from '../../src/env.ts'
import { Outlet } from '../../src/objects/thread/outlet.ts'
import { ThreadLog } from '../../src/store/log/log.ts'
import { aGroup, send, signIn, threadObject } from './fixtures.ts'

test('nothing is written, and what was is dropped', async () => {
  const alice = await signIn('Alice')
  const { id } = await aGroup(alice, [])
  await send(alice, id, 'hi')
  await runInDurableObject(threadObject(id), (_, { storage }) => {
    const log = ThreadLog.open(storage.sql)
    const outlet = new Outlet({ ...env, OUTBOX: 'false' } as unknown as Env, () => log)
    expect(outlet.feed).toBe(null)
    // As when it was wanted until now.
    log?.setTold(2)
    log?.next()
    outlet.committed()
    expect(log?.thread.told).toBe(null)
  })
})

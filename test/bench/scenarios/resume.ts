// Coming back after ten thousand changes: how long until a client has seen them all.
import { call } from '../load/http.ts'
import { pool } from '../load/pool.ts'
import { quiet } from './scenario.ts'
import type { Scenario } from './scenario.ts'
import type { Skein } from '../peers/skein.ts'
import type { NativeSocket } from '../load/native.ts'

const title = 'resume'
const asksAtOnce = 32
/** Far above what ten thousand changes need; the loop must end. */
const pagesMost = 1000

type Sent = { id: string; seq: number; version: number }
type SyncPage = {
  cursor: string
  more: boolean
  headSeq: number
  messages: { seq: number; version: number; content: string | null; reactions: unknown[] }[]
}

export const resume: Scenario = {
  name: 'resume',
  title,
  run: async (bench) => {
    const skein = await bench.skein()
    if (!skein) return
    const threadId = await skein.createThread(['resume-0', 'resume-1'])
    const ears = { heard: () => {}, fault: (what: string) => bench.fault(title, what) }
    const sockets = await Promise.all([
      skein.socket('resume-0', `/threads/${threadId}/ws`, ears),
      skein.socket('resume-1', `/threads/${threadId}/ws`, ears),
    ])
    const share = bench.quick ? 0.1 : 1
    await change(sockets, threadId, share)
    for (const socket of sockets) socket.close()
    await quiet([skein.child])
    for (let turn = 0; turn < bench.rounds; turn++) {
      const begin = performance.now()
      const { pages, messages, headSeq } = await syncAll(skein, threadId)
      const ms = performance.now() - begin
      const name = `from nothing, ${10_000 * share} changes`
      bench.record(title, 'skein', { name, unit: 'ms', value: ms })
      bench.record(title, 'skein', { name: 'in pages', unit: 'pages', value: pages })
      if (messages !== headSeq)
        bench.fault(title, `sync told ${messages} messages, the head is ${headSeq}`)
    }
  },
}

/** 6,000 sends, 2,000 edits, 1,000 reactions and 1,000 moves of a read cursor. */
async function change([one, two]: [NativeSocket, NativeSocket], threadId: string, share: number) {
  const sends = Array(6000 * share).keys()
  const messages = (await pool(sends, asksAtOnce, (at) =>
    one.ask('message.send', { threadId, clientId: `c${at}`, content: `message ${at}` }),
  )) as Sent[] // the contract's Message
  await pool(messages.slice(0, 2000 * share), asksAtOnce, ({ id, seq }) =>
    one.ask('message.edit', { messageId: id, content: `message ${seq}, edited` }),
  )
  await pool(messages.slice(-1000 * share), asksAtOnce, ({ id }) =>
    two.ask('reaction.add', { messageId: id, emoji: '👍' }),
  )
  await pool(messages.slice(0, 1000 * share), asksAtOnce, ({ seq }) =>
    two.ask('thread.read', { threadId, seq }),
  )
}

async function syncAll(skein: Skein, threadId: string) {
  const seen = new Set<number>()
  let query = ''
  for (let pages = 1; pages <= pagesMost; pages++) {
    const path = `/threads/${threadId}/sync${query}`
    const page = await call<SyncPage>(await skein.as('resume-1', 'GET', path))
    for (const { seq } of page.messages) seen.add(seq)
    if (!page.more) return { pages, messages: seen.size, headSeq: page.headSeq }
    query = `?cursor=${encodeURIComponent(page.cursor)}`
  }
  throw new Error(`sync did not end within ${pagesMost} pages`)
}

// Every endpoint that the EventFlow document lists, answered by its own row: a success, a refusal
// without a token, and a refusal for a stranger. The result is printed as a table.
import { afterAll, expect, test } from 'vitest'
import { dialects } from '../../src/dialects/all.ts'
import { rowAt } from '../../src/http/rows.ts'
import type { Someone } from '../integration/fixtures.ts'
import { aThread, send, signIn } from '../integration/fixtures.ts'
import { messageExamples } from './eventflow/messages.ts'
import { moreExamples } from './eventflow/more.ts'
import { peopleExamples } from './eventflow/people.ts'
import type { Scene } from './eventflow/scene.ts'
import { threadExamples } from './eventflow/threads.ts'
import { request } from './fixtures.ts'

const eventflow = dialects.get('eventflow')
if (!eventflow) throw new Error('no eventflow')

const report: Record<string, string>[] = []

async function aScene(): Promise<Scene> {
  const people = [await signIn('Alice'), await signIn('Bob'), await signIn('Eve')] as const
  const [alice, bob, eve] = people
  const admin = await signIn('Ada', { role: 'admin' })
  const thread = await aThread(alice, [bob])
  const mine = await send(alice, thread.id, 'mine')
  const theirs = await send(bob, thread.id, 'theirs')
  return { alice, bob, eve, admin, thread, mine, theirs }
}

const documented = [...threadExamples, ...messageExamples, ...peopleExamples, ...moreExamples]
const asks = documented.map((each) => [`${each.method} ${each.path}`, each] as const)

test.each(asks)(
  '%s',
  async (name, { method, path, before, as, status = 200, body, stranger, shows }) => {
    const scene = await aScene()
    const actor: Someone = scene[as ?? 'alice']
    const known = { ...ids(scene), ...(await before?.(scene)) }
    const url = path.replace(/:(\w+)/g, (_, parameter: string) => {
      const value = known[parameter]
      if (value === undefined) throw new Error(`nothing known for :${parameter}`)
      return encodeURIComponent(value)
    })
    const json = typeof body === 'function' ? body(scene) : body

    const row = rowAt(eventflow, method, url.split('?')[0] ?? '')?.row
    expect(row?.path.replace(/:\w+/g, ':')).toBe((path.split('?')[0] ?? '').replace(/:\w+/g, ':'))

    const nobody = await request(null, method, url, json)
    expect([nobody.status, nobody.body]).toEqual([
      401,
      { success: false, error: expect.any(String), code: 'unauthenticated' },
    ])
    const refused = await request(scene.eve, method, url, json)
    if (stranger === 'own') expect(refused.body).toMatchObject({ success: true })
    else {
      expect([refused.status, refused.body]).toMatchObject([stranger, { success: false }])
      expect(typeof refused.body.error).toBe('string')
    }
    const answer = await request(actor, method, url, json)
    expect([answer.status, answer.body]).toMatchObject([status, { success: true }])
    expect(answer.headers.get('Content-Type')).toBe('application/json')
    if (shows) shows(answer.body, scene)
    report.push({
      endpoint: name,
      success: String(answer.status),
      nobody: '401',
      stranger: String(stranger),
    })
  },
)

const ids = ({ thread, mine, alice, bob }: Scene): Record<string, string> => ({
  threadId: thread.id,
  conversationId: thread.id,
  messageId: mine.id,
  userId: bob.id,
  aliceId: alice.id,
})

const plain = (method: string, path: string) =>
  `${method} ${(path.split('?')[0] ?? '').replace(/:\w+/g, ':')}`

test('no row is undocumented, and no documented row is missing', () => {
  const listed = new Set(documented.map(({ method, path }) => plain(method, path)))
  const rows = new Set(eventflow.endpoints.map(({ method, path }) => plain(method, path)))
  expect([...rows].filter((row) => !listed.has(row))).toEqual([])
  expect([...listed].filter((row) => !rows.has(row))).toEqual([])
})

const line = (cells: string[]) => cells.map((cell, n) => cell.padEnd(n === 0 ? 64 : 10)).join('')

afterAll(() => {
  const head = line(['endpoint', 'success', 'no token', 'stranger'])
  const lines = report.map((row) => line(Object.values(row)))
  console.log([head, ...lines].join('\n'))
})

// A source document's endpoints, tried one by one: each is answered by its own row, refused without a
// token, and refused to a stranger. What was documented and what was answered is printed as a table.
import { afterAll, afterEach, expect, test } from 'vitest'
import { dialects } from '../../src/dialects/all.ts'
import { rowAt } from '../../src/http/rows.ts'
import type { Someone } from '../integration/fixtures.ts'
import { request } from './fixtures.ts'

export type Body = Record<string, unknown>

export type Documented<S> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  as?: keyof S
  status?: 200 | 201 | 204
  body?: Body | ((scene: S) => Body | FormData)
  /** What must be there first: values for the path's parameters. */
  before?: (scene: S) => Promise<Record<string, string>>
  /** What a stranger gets: a status, or their own (a list of theirs, a thing they may do). */
  stranger: 403 | 404 | 'own'
  shows?: (body: Body, scene: S) => void
}

type Document<S> = {
  dialect: string
  rows: Documented<S>[]
  scene: () => Promise<S>
  ids: (scene: S) => Record<string, string>
  /** Who asks where a row does not say, and who is a stranger to all of it. */
  asker: keyof S
  stranger: keyof S
  /** How the document says a refusal. */
  refusal: (status: number) => object
}

const line = (cells: string[]) => cells.map((cell, n) => cell.padEnd(n === 0 ? 64 : 12)).join('')
const shapeOf = (path: string) => (path.split('?')[0] ?? '').replace(/:\w+/g, ':')

const plain = ({ method, path }: { method: string; path: string }) => `${method} ${shapeOf(path)}`

export function tryRows<S>(document: Document<S>): void {
  const { dialect: name, rows } = document
  const dialect = dialects.get(name)
  if (!dialect) throw new Error(`no ${name}`)
  const report: string[][] = []

  test.each(rows.map((row) => [`${row.method} ${row.path}`, row] as const))(
    '%s',
    async (title, { method, path, before, as, status = 200, body, stranger, shows }) => {
      const scene = await document.scene()
      const someone = (which: keyof S) => scene[which] as Someone
      const known = { ...document.ids(scene), ...(await before?.(scene)) }
      const url = path.replace(/:(\w+)/g, (_, parameter: string) => {
        const value = known[parameter]
        if (value === undefined) throw new Error(`nothing known for :${parameter}`)
        return encodeURIComponent(value)
      })
      const json = typeof body === 'function' ? body(scene) : body
      const row = rowAt(dialect, method, url.split('?')[0] ?? '')?.row
      expect(shapeOf(row?.path ?? '')).toBe(shapeOf(path))

      const at = `/${name}${url}`
      const nobody = await request(null, method, at, json)
      expect([nobody.status, nobody.body]).toEqual([401, document.refusal(401)])
      const refused = await request(someone(document.stranger), method, at, json)
      if (stranger === 'own') expect(refused.status).toBeLessThan(300)
      else expect([refused.status, refused.body]).toEqual([stranger, document.refusal(stranger)])
      const answer = await request(someone(as ?? document.asker), method, at, json)
      expect([answer.status, answer.body]).toEqual([status, status === 204 ? null : answer.body])
      if (status !== 204) expect(answer.headers.get('Content-Type')).toBe('application/json')
      if (shows) shows(answer.body, scene)
      report.push([title, String(answer.status), '401', String(stranger)])
    },
  )

  test('no row is undocumented, and no documented row is missing', () => {
    const listed = new Set(rows.map(plain))
    const answered = new Set(dialect.endpoints.map(plain))
    expect([...answered].filter((row) => !listed.has(row))).toEqual([])
    expect([...listed].filter((row) => !answered.has(row))).toEqual([])
  })

  afterAll(() => {
    const head = line([`${name}: endpoint`, 'success', 'no token', 'stranger'])
    const count = `${name}, REST: ${rows.length} documented, ${report.length} answered`
    console.log([head, ...report.map(line), count].join('\n'))
  })
}

/** A document's Socket.IO events, one case for each. */
export function tryEvents(
  dialect: string,
  documented: readonly string[],
  cases: Record<string, () => Promise<void>>,
): void {
  const answered: string[] = []

  test.each(Object.entries(cases))('%s', async (event, run) => {
    await run()
    answered.push(event)
  })

  test('every documented event has a case', () => {
    expect(Object.keys(cases).toSorted()).toEqual([...documented].toSorted())
  })

  afterAll(() => {
    console.log(
      `${dialect}, Socket.IO: ${documented.length} documented, ${answered.length} answered`,
    )
  })
}

/** A document's Socket.IO events where the tests of a file name those that they are about. */
export function nameEvents(dialect: string, documented: readonly string[]): void {
  const passed: string[] = []

  afterEach(({ task }) => {
    if (task.result?.state !== 'fail') passed.push(...task.name.split(/[\s,]+/))
  })

  afterAll(() => {
    const missing = documented.filter((event) => !passed.includes(event))
    const answered = documented.length - missing.length
    console.log(`${dialect}, Socket.IO: ${documented.length} documented, ${answered} answered`)
    expect(missing).toEqual([])
  })
}

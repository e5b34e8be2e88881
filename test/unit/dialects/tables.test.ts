// The tables of every dialect: no row in the shadow of another, no mistake that compiles.
import { describe, expect, test } from 'vitest'
import { dialectOf, dialects } from '../../../src/dialects/all.ts'
import { ask, done, endpoint } from '../../../src/dialects/dialect.ts'
import { rowAt } from '../../../src/http/rows.ts'

/** A row's own example path: each parameter filled in. */
const exampleOf = (path: string) => path.replace(/:(\w+)/g, (_, name: string) => `a${name}`)

describe.each([...dialects])('%s', (_name, dialect) => {
  test('has rows', () => expect(dialect.endpoints.length).toBeGreaterThan(6))

  test.each(dialect.endpoints.map((row) => [`${row.method} ${row.path}`, row] as const))(
    '%s is reached by its own example path',
    (_row, row) => {
      const found = rowAt(dialect, row.method, exampleOf(row.path))
      expect([found?.row.method, found?.row.path]).toEqual([row.method, row.path])
      const names = [...row.path.matchAll(/:(\w+)/g)].map(([, name]) => name)
      expect(found?.params).toEqual(Object.fromEntries(names.map((name) => [name, `a${name}`])))
      expect(dialect.paths.some((own) => `${row.path}/`.startsWith(`${own}/`))).toBe(true)
    },
  )

  test('a planted row in the shadow of another is found', () => {
    const [first] = dialect.endpoints
    if (!first) throw new Error('no row')
    const planted = { ...dialect, endpoints: [...dialect.endpoints, { ...first }] }
    expect(rowAt(planted, first.method, exampleOf(first.path))?.row).toBe(first)
  })
})

describe('which dialect', () => {
  const hosts = new Map([
    ['chat.example', 'eventflow'],
    ['odd.example', 'no such dialect'],
  ])
  const chosen = (url: string, root = 'eventflow') => {
    const found = dialectOf(new URL(url), hosts, root)
    const name = [...dialects].find(([, dialect]) => dialect === found?.dialect)?.[0]
    return [name, found?.path]
  }

  test('by host name, then by prefix, then at the root', () => {
    expect(chosen('https://chat.example:8787/api/v2/limits', '')).toEqual([
      'eventflow',
      '/api/v2/limits',
    ])
    expect(chosen('https://any.example/eventflow/api/v2/limits?a=b', '')).toEqual([
      'eventflow',
      '/api/v2/limits',
    ])
    expect(chosen('https://any.example/eventflow', '')).toEqual(['eventflow', '/'])
    expect(chosen('https://any.example/api/v2/limits')).toEqual(['eventflow', '/api/v2/limits'])
    expect(chosen('https://odd.example/api/v2/limits')).toEqual(['eventflow', '/api/v2/limits'])
  })

  test('none, where none answers', () => {
    for (const path of ['/api/v2/limits', '/constructor/x', '/__proto__/x', '/'])
      expect(dialectOf(new URL(`https://any.example${path}`), hosts, 'none')).toBe(null)
  })
})

// These lines are checked by the compiler: each would be an error without its directive.
test('mistakes do not compile', () => {
  // @ts-expect-error: there is no such operation
  ask('message.sned', {}, () => done({}))
  // @ts-expect-error: a message is in a thread
  ask('message.send', { content: 'hi' }, () => done({}))
  // @ts-expect-error: an answer has no such field
  ask('message.get', { messageId: 'm' }, ({ text }) => done({ text }))
  // @ts-expect-error: the path has no such parameter
  endpoint('GET', '/a/:threadId', {}, ({ params }) => done({ id: params.messageId }))
  // @ts-expect-error: the body has no such field
  endpoint('POST', '/a', { body: {} }, ({ body }) => done({ id: body.content }))
})

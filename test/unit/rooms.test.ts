// Who may know whom: imports point one way through the house, and only to the rooms named here.
/// <reference types="node" />
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

type Rule = { rooms: string[]; packages: (string | RegExp)[] }

const may: Record<string, Rule> = {
  contract: { rooms: [], packages: ['zod'] },
  core: { rooms: ['contract'], packages: [/^hast-util-/, 'ipaddr.js', 'temporal-polyfill'] },
  env: {
    rooms: ['contract', 'objects (types)', 'identity (types)', 'socketio (types)'],
    packages: ['zod'],
  },
  identity: {
    rooms: ['contract', 'env'],
    packages: [/^hono/, '@hono/zod-validator', 'jose', 'zod'],
  },
  store: { rooms: ['contract', 'core', 'env (types)'], packages: [/^drizzle-/] },
  objects: {
    rooms: ['contract', 'core', 'store', 'env', 'dispatch', 'socketio (types)'],
    packages: ['cloudflare:workers', 'zod'],
  },
  service: {
    rooms: ['contract', 'core', 'store', 'env', 'objects'],
    packages: ['aws4fetch', 'file-type', 'image-size', 'mediabunny', 'robots-parser', 'zod'],
  },
  dispatch: { rooms: ['contract', 'core', 'env', 'objects', 'service'], packages: ['zod'] },
  plans: { rooms: ['contract', 'dialects', 'dispatch', 'objects'], packages: ['zod'] },
  http: {
    rooms: [
      ...['contract', 'env', 'identity', 'dispatch', 'objects', 'service', 'dialects', 'plans'],
      'socketio',
    ],
    packages: [/^hono/, '@hono/zod-validator', 'multipasta', 'zod'],
  },
  socketio: {
    rooms: [
      ...['contract', 'core', 'env', 'identity', 'dispatch', 'objects', 'store', 'dialects'],
      'plans',
    ],
    packages: ['cloudflare:workers', 'engine.io-parser', 'socket.io-parser'],
  },
  index: { rooms: ['http', 'objects', 'socketio', 'notify', 'store', 'env (types)'], packages: [] },
  notify: {
    rooms: ['contract', 'core', 'env', 'objects', 'service', 'store'],
    packages: ['standardwebhooks', '@block65/webcrypto-web-push', 'jose'],
  },
  dialects: { rooms: ['contract'], packages: ['zod'] },
  client: { rooms: ['contract'], packages: [] },
  web: {
    rooms: ['client', 'contract'],
    packages: [/^react/, '@tanstack/react-virtual', 'vite', '@vitejs/plugin-react'],
  },
  cli: {
    rooms: ['contract', 'identity', 'client', 'dialects'],
    packages: [/^node:/, 'esbuild', 'vite', 'miniflare', 'wrangler', 'ws'],
  },
}

const root = fileURLToPath(new URL('../../src', import.meta.url).href)
const files = globSync('**/*.{ts,tsx}', { cwd: root }).filter((path) => !path.includes('tmp-'))

/** `contract/ids.ts` is in `contract`; `env.ts` is a room of its own. */
const roomOf = (path: string) => path.split('/')[0]?.replace(/\.tsx?$/, '') ?? ''

/** Every import and re-export of a module, and whether it is of types alone. */
export function importsOf(text: string): { from: string; types: boolean }[] {
  const statement = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm
  const dynamic = /\bimport\('([^']+)'\)/g
  return [
    ...[...text.matchAll(statement)].map((found) => ({
      from: found[2] ?? '',
      types: found[1] !== undefined,
    })),
    ...[...text.matchAll(dynamic)].map((found) => ({ from: found[1] ?? '', types: false })),
  ]
}

export function offences(path: string, text: string): string[] {
  const room = roomOf(path)
  const rule = may[room]
  if (!rule) return [`${path}: the room ${room} is not in the table`]
  return importsOf(text).flatMap(({ from, types }) => {
    if (!from.startsWith('.')) {
      const known = rule.packages.some((one) =>
        typeof one === 'string' ? one === from : one.test(from),
      )
      return known ? [] : [`${path}: ${room} may not use the package ${from}`]
    }
    const target = roomOf(normalize(join(dirname(path), from)))
    const allowed =
      target === room ||
      rule.rooms.includes(target) ||
      (types && rule.rooms.includes(`${target} (types)`))
    return allowed ? [] : [`${path}: ${room} may not import ${target}`]
  })
}

describe('rooms', () => {
  test('import only what the table says', () => {
    const found = files.flatMap((path) => offences(path, readFileSync(join(root, path), 'utf8')))
    expect(found).toEqual([])
  })

  test('were looked at, all of them', () => {
    const count = files.reduce(
      (sum, path) => sum + importsOf(readFileSync(join(root, path), 'utf8')).length,
      0,
    )
    expect(files.length).toBeGreaterThan(60)
    expect(count).toBeGreaterThan(300)
    const seen = new Set(files.map(roomOf))
    for (const room of ['contract', 'core', 'store', 'objects', 'http', 'client', 'web', 'env'])
      expect(seen).toContain(room)
  })

  test('a planted offence is found', () => {
    const planted: [string, string][] = [
      ['core/x.ts', `import { run } from '../store/tally.ts'`],
      ['core/x.ts', `import type {\n  Env,\n} from '../env.ts'`],
      ['contract/x.ts', `import 'hono'`],
      ['contract/x.ts', `export { x } from '../core/x.ts'`],
      ['client/deep/x.ts', `import { x } from '../../objects/thread.ts'`],
      ['env.ts', `import { Thread } from './objects/thread.ts'`],
      ['web/x.tsx', `const x = await import('../http/app.ts')`],
      ['attic/x.ts', ''],
    ]
    for (const [path, text] of planted) expect(offences(path, text).length).toBe(1)
    expect(offences('env.ts', `import type { Thread } from './objects/thread.ts'`)).toEqual([])
    expect(
      offences('core/x.ts', `import { a } from './y.ts'\nimport { z } from '../contract/ids.ts'`),
    ).toEqual([])
  })
})

describe('core', () => {
  test('knows no clock, no chance and no waiting', () => {
    const pure = files.filter((path) => roomOf(path) === 'core')
    expect(pure.length).toBeGreaterThan(4)
    for (const path of pure) {
      const code = readFileSync(join(root, path), 'utf8').replace(/^\s*(\/\/|\/?\*).*$/gm, '')
      expect([path, /Date\.now|new Date\(\)|Math\.random|randomUUID|\bawait\b/.exec(code)]).toEqual(
        [path, null],
      )
    }
  })
})

describe('dialects', () => {
  const shared = /^dialects\/[^/]+$/
  const ofOne = files.filter((path) => roomOf(path) === 'dialects' && !shared.test(path))

  test('know the contract, what all of them share, and nothing of each other', () => {
    expect(ofOne.length).toBeGreaterThan(5)
    const strangers = ofOne.flatMap((path) => {
      const own = path.split('/').slice(0, 2).join('/')
      return importsOf(readFileSync(join(root, path), 'utf8'))
        .map(({ from }) => (from.startsWith('.') ? normalize(join(dirname(path), from)) : from))
        .filter((to) => !to.startsWith('contract/') && !to.startsWith(`${own}/`))
        .filter((to) => !shared.test(to))
        .map((to) => `${path}: ${to}`)
    })
    expect(strangers).toEqual([])
  })

  // A setting says which of them answers at the root; a word of the contract may mean something else.
  const elsewhere = new Map([
    ['env.ts', ['eventflow']],
    ['contract/thread.ts', ['therapy']],
  ])

  test('are named by nothing outside, but for the setting that selects one', () => {
    const names = new Set(ofOne.map((path) => path.split('/')[1] ?? ''))
    expect(names.size).toBe(5)
    const word = new RegExp(`(?<=['"\`/])(?:${[...names].join('|')})(?=['"\`/])`, 'g')
    for (const path of files.filter((path) => roomOf(path) !== 'dialects')) {
      const said = readFileSync(join(root, path), 'utf8').match(word) ?? []
      expect([path, said]).toEqual([path, elsewhere.get(path) ?? []])
    }
    expect(`import './booking/index.ts'`.match(word)).toEqual(['booking'])
  })

  test('are tables: nothing in them waits, or asks the time', () => {
    for (const path of files.filter((path) => roomOf(path) === 'dialects')) {
      const code = readFileSync(join(root, path), 'utf8').replace(/^\s*(\/\/|\/?\*).*$/gm, '')
      expect([path, /\bawait\b|\basync\b|Date\.now|new Date\(|Math\.random/.exec(code)]).toEqual([
        path,
        null,
      ])
    }
  })
})

describe('SQL', () => {
  test('is written in the store and nowhere else', () => {
    // The directory is one table and nothing else; the server command applies the migrations.
    const known = ['objects/directory.ts', 'cli/server.ts']
    const others = files.filter((path) => roomOf(path) !== 'store' && !known.includes(path))
    const sql = /\.prepare\(|\.exec\(\s*['"`]|storage\.sql\.exec/
    expect(others.filter((path) => sql.test(readFileSync(join(root, path), 'utf8')))).toEqual([])
  })
})

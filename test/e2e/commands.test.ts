// The commands of package.json as a person types them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { request, tokenOf } from './native.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'skein-commands-'))
let server: TestServer

async function run(file: string, ...flags: string[]) {
  const child = spawn(process.execPath, [`src/cli/${file}.ts`, ...flags], { stdio: 'pipe' })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  const [code] = await once(child, 'close')
  return { code: code as number, stdout, stderr }
}

const line = (log: string, number: number, nick: string, text: string, replyTo?: number) =>
  JSON.stringify({ log, line: number, at: '2004-12-25T09:14:00Z', nick, text, replyTo })

beforeAll(async () => {
  server = await startServer({ state: join(folder, 'state') })
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('start', () => {
  it.each([
    ['a port in use', () => ['--built', '--port', new URL(server.url).port], /Port \d+ is in use/],
    ['a port that is none', () => ['--port', '99999'], /--port 99999/],
    ['an unknown flag', () => ['--colour', 'red'], /--colour/],
    ['an unknown dialect', () => ['--dialect', 'klingon'], /--dialect klingon/],
    ['a demo in production', () => ['--demo', '--set', 'ENVIRONMENT=production'], /--demo/],
    ['a demo without sign-in', () => ['--demo', '--set', 'DEV_LOGIN=false'], /--demo.*DEV_LOGIN/],
    ['half a setting', () => ['--set', 'MAX_FILE_SIZE'], /KEY=VALUE/],
    [
      'a folder that is a file',
      () => ['--built', '--port', '0', '--state', '/dev/null/x'],
      /cannot be written/,
    ],
  ])('says in one line what is wrong with %s, and exits with 2', async (_, flags, message) => {
    const { code, stdout, stderr } = await run('start', ...flags())
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      code: 2,
      stdout: '',
      lines: 1,
    })
    expect(stderr).toMatch(message)
  })
})

describe('token', () => {
  it('prints one token and nothing else', async () => {
    const { code, stdout } = await run(
      'token',
      '--sub',
      'alice',
      '--name',
      'Alice',
      '--role',
      'admin',
    )
    expect(code).toBe(0)
    expect(decodeJwt(stdout.trim())).toMatchObject({ sub: 'alice', name: 'Alice', role: 'admin' })
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })

  it('asks for whom', async () => {
    expect(await run('token')).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('import and rebuild', () => {
  const file = join(folder, 'chat.jsonl')

  it('brings threads, authors, times and replies, and the same file again adds nothing', async () => {
    // Whoever is known already takes part under their profile from the start.
    await request(server.url, await tokenOf('ann'), 'GET', '/threads')
    const lines = [
      line('first', 0, 'ann', 'is anyone here?'),
      line('first', 3, 'ben|away', 'ann: yes <b>', 0),
      line('second', 1, 'cy', 'hello'),
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    const root = await tokenOf('root', { role: 'admin' })
    const flags = [file, '--url', server.url, '--token', root]
    expect((await run('import', ...flags)).stdout).toBe(
      '2 threads, 3 messages, 1 replies, 0 skipped\n',
    )
    expect((await run('import', ...flags)).stdout).toBe(
      '0 threads, 0 messages, 0 replies, 3 skipped\n',
    )
    const { body } = await request(server.url, await tokenOf('ann'), 'GET', '/threads')
    expect(body).toMatchObject({
      items: [
        {
          title: 'first',
          unread: 0,
          lastMessage: {
            sender: { id: 'ben|away' },
            content: 'ann: yes <b>',
            createdAt: '2004-12-25T09:14:00.000Z',
            replyTo: expect.stringMatching(/-1$/),
          },
        },
      ],
    })
  })

  it('names the line that does not fit', async () => {
    writeFileSync(file, `${line('third', 0, 'ann', 'fine')}\n{"log":"third"}\n`)
    const root = await tokenOf('root', { role: 'admin' })
    const { code, stderr } = await run('import', file, '--url', server.url, '--token', root)
    expect(code).toBe(2)
    expect(stderr).toContain('line 2: line')
  })

  it('rebuilds the read model of a stopped server from its threads', async () => {
    const ann = await tokenOf('ann')
    const before = await request(server.url, ann, 'GET', '/threads')
    await server.stop()
    const { code, stdout } = await run('rebuild', '--state', join(folder, 'state'))
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^rebuilt 3 threads, 4 messages, \d+ users\n$/),
    })
    server = await server.restart()
    expect((await request(server.url, ann, 'GET', '/threads')).body).toEqual(before.body)
  })
})

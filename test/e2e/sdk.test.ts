// The client as a program uses it, in Node and in Deno: two people go on through the death of a server.
import { spawn } from 'node:child_process'
import { on } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

const program = fileURLToPath(new URL('sdk/talk.ts', import.meta.url))
const deno = fileURLToPath(new URL('../../node_modules/.bin/deno', import.meta.url))

const runtimes: [name: string, command: string, args: string[]][] = [
  ['Node', process.execPath, []],
  ['Deno', deno, ['run', '--cached-only', '--no-check', '--allow-net']],
]

let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

test.each(runtimes)('%s', { timeout: 120_000 }, async (name, command, args) => {
  const people = ['ann', 'ben'].map((one) => `${one} in ${name}`)
  const child = spawn(command, [...args, program, server.url, ...people], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // In a group of its own: a runtime may be a child of what is started.
    detached: true,
  })
  try {
    const steps = on(createInterface(child.stdout), 'line', { close: ['close'] })
    const next = async () => JSON.parse(String((await steps.next()).value)) as object
    expect(await next()).toEqual({ step: 'talked', what: null })
    await server.kill()
    expect(await next()).toEqual({ step: 'queued', what: 3 })
    server = await server.restart()
    expect(await next()).toEqual({
      step: 'resumed',
      what: ['Hello', 'With a file', 'One', 'Two', 'Three'],
    })
  } finally {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
})

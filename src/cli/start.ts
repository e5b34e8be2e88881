// `npm start`: builds Skein and serves it on this machine until it is told to stop.
import { parseArgs } from 'node:util'
import { dialects } from '../dialects/all.ts'
import { buildWeb, buildWorker, root } from './build.ts'
import { playDemo, refuseDemo } from './demo/demo.ts'
import { UsageError, command, usage } from './failure.ts'
import { bindingsWith, serve } from './server.ts'

function options() {
  const { values } = usage(() =>
    parseArgs({
      options: {
        port: { type: 'string', default: '8787' },
        state: { type: 'string', default: `${root}.skein/state` },
        dialect: { type: 'string' },
        set: { type: 'string', multiple: true, default: [] },
        /** Serves what `npm run build` made last. */
        built: { type: 'boolean', default: false },
        /** Four people come in, and talk. */
        demo: { type: 'boolean', default: false },
      },
    }),
  )
  const port = Number(values.port)
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new UsageError(`--port ${values.port}: must be a number up to 65535`)
  if (values.dialect !== undefined && !dialects.has(values.dialect))
    throw new UsageError(
      `--dialect ${values.dialect}: must be one of ${[...dialects.keys()].join(', ')}`,
    )
  const set: Record<string, string> = {}
  for (const pair of values.set) {
    const [key = '', ...rest] = pair.split('=')
    if (!/^[A-Z][A-Z0-9_]*$/.test(key) || rest.length === 0)
      throw new UsageError(`--set ${pair}: must be KEY=VALUE`)
    set[key] = rest.join('=')
  }
  if (values.dialect !== undefined) set['ROOT_DIALECT'] = values.dialect
  const { state, built, demo } = values
  if (demo) refuseDemo(bindingsWith(set))
  return { port, state, built, demo, set }
}

await command(async () => {
  const { built, demo, ...wanted } = options()
  if (!built) await Promise.all([buildWorker(), buildWeb()])
  const server = await serve(wanted)
  const stopping = new AbortController()
  const stop = async () => {
    stopping.abort()
    await server.stop()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // The runtime's own listener ends this process at once, as if something had gone wrong.
    process.removeAllListeners(signal)
    process.once(signal, () => void stop())
  }
  console.log(`ready ${server.url}`)
  if (demo) await playDemo(server.url, stopping.signal)
})

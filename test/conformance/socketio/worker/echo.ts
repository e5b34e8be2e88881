// The transport with applications that only echo: what the protocol suites talk to.
import type { Answer, Application, Session } from '../../../../src/socketio/application.ts'
import { enter } from '../../../../src/socketio/door.ts'
import { EngineSession } from '../../../../src/socketio/engine.ts'
import type { Message } from '../../../../src/socketio/frames.ts'
import { SocketSession } from '../../../../src/socketio/session.ts'
import { standard } from '../../../../src/socketio/settings.ts'

export type Env = {
  ENGINE: DurableObjectNamespace<EngineEcho>
  SOCKET: DurableObjectNamespace<SocketEcho>
  RULES: DurableObjectNamespace<Rules>
  PING_INTERVAL: number
  PING_TIMEOUT: number
  CONNECT_TIMEOUT: number
}

const settingsOf = (env: Env, eventsPerMinute: number) => ({
  ...standard,
  pingInterval: env.PING_INTERVAL,
  pingTimeout: env.PING_TIMEOUT,
  upgradeTimeout: env.PING_INTERVAL,
  connectTimeout: env.CONNECT_TIMEOUT,
  eventsPerMinute,
})

/** Engine.IO alone: every message comes back. */
export class EngineEcho extends EngineSession<Env, null> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, settingsOf(env, 0))
  }

  protected override begin(): null {
    return null
  }

  protected override heard(message: Message): boolean {
    this.send([message])
    return true
  }

  protected override async ended(): Promise<void> {}
}

const echo: Application<null> = {
  namespaces: () => ['/', '/custom'],
  connect: (_visitor, auth) => ({ data: null, emits: [{ event: 'auth', args: [auth] }] }),
  hear: (_session, event, args) => {
    if (event === 'message') return { emits: [{ event: 'message-back', args }] }
    return event === 'message-with-ack' ? { ack: args } : {}
  },
  refuse: () => ({}),
}

/** Socket.IO as the public suite expects it. */
export class SocketEcho extends SocketSession<Env, null> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, settingsOf(env, 0))
  }

  protected override application(): Application<null> {
    return echo
  }
}

export type Known = { name: string; count: number }

const say = (event: string, ...args: unknown[]): Answer<Known> => ({ emits: [{ event, args }] })

/** What the public suite has no case for; at most 20 events a minute. */
export class Rules extends SocketSession<Env, Known> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, settingsOf(env, 20))
  }

  protected override application(): Application<Known> {
    return {
      namespaces: () => ['/', '/custom', ...Array.from({ length: 20 }, (_, at) => `/n${at}`)],
      connect: async ({ sid, handshake }, auth, recovery) => {
        if (auth['wait'] !== undefined) await scheduler.wait(Number(auth['wait']))
        if (auth['name'] === 'nobody') return { refused: { message: 'Who?', data: { code: 7 } } }
        if (auth['name'] === 'broken') throw new Error('this application is broken')
        const data = { name: String(auth['name'] ?? 'someone'), count: 0 }
        const hello = { event: 'hello', args: [data.name, new URL(handshake.url).pathname] }
        if (recovery)
          return {
            ...{ data, pid: recovery.pid, sid: recovery.pid.slice('p-'.length) },
            emits: [{ event: 'missed', args: [recovery.offset, 'offset-2'] }],
          }
        return auth['recover']
          ? { data, pid: `p-${sid}`, emits: [hello] }
          : { data, emits: [hello] }
      },
      hear: (session, event, args, ackId) => this.heed(session, event, args, ackId),
      acknowledged: (_session, token, args) => ({
        emits: [{ event: 'thanks', args: [token, ...args] }],
      }),
      refuse: (_session, event, retryAfter) => ({
        emits: [{ event: 'refused', args: [event, retryAfter] }],
        ack: [{ error: 'rate_limited', retryAfter }],
      }),
      disconnect: async ({ data, id }, reason) => {
        await this.env.RULES.getByName('journal').note(`${id}: ${data.name} left: ${reason}`)
      },
    }
  }

  private async heed(
    { namespace, data }: Session<Known>,
    event: string,
    args: unknown[],
    ackId: number | undefined,
  ): Promise<Answer<Known>> {
    const [first] = args
    if (event === 'slow') {
      await scheduler.wait(Number(first))
      return { ...say('done', first), ack: args }
    }
    if (event === 'ask') return { emits: [{ event: 'question', args, token: String(first) }] }
    if (event === 'promise') return say('ticket', ackId)
    if (event === 'keep') this.answer(namespace, Number(first), args.slice(1))
    if (event === 'count') {
      const counted = { ...data, count: data.count + 1 }
      return { data: counted, ack: [counted.count, data.name] }
    }
    if (event === 'fail') throw new Error('this application is broken')
    if (event === 'kick') this.disconnect(String(first))
    if (event === 'bye') {
      this.emit(namespace, 'bye', ['bye'])
      this.close()
    }
    return event === 'echo' ? { ...say('echo', ...args), ack: args } : {}
  }

  private readonly journal: string[] = []

  /** One object of this class is nobody's session: it is told who left. */
  note(line: string): void {
    this.journal.push(line)
  }

  notes(): string[] {
    return this.journal
  }
}

const allowed = (origin: string) => origin === 'https://friend.example'

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/engine.io/') return enter(request, { sessions: env.ENGINE, allowed })
    if (pathname === '/socket.io/') return enter(request, { sessions: env.SOCKET, allowed })
    if (pathname === '/rules.io/') return enter(request, { sessions: env.RULES, allowed })
    if (pathname === '/journal') return Response.json(await env.RULES.getByName('journal').notes())
    return new Response(null, { status: 404 })
  },
}

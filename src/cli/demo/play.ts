// The people of the demo at their devices: they type, send, react and read, until all is said.
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from '../../client/client.ts'
import type { Client } from '../../client/client.ts'
import { ChatError } from '../../contract/errors.ts'
import { live } from './chat.ts'
import type { Line, PersonId } from './chat.ts'
import { clientIdOf, personOf, possibly, react } from './seed.ts'
import type { Person, Scene } from './seed.ts'

const second = 1000

/** Resolves when all is said, or `signal` says that the server stops. */
export async function play(url: string, scene: Scene, signal: AbortSignal): Promise<void> {
  const clients = new Map([...scene.people].map(([id, person]) => [id, attend(url, person)]))
  signal.addEventListener('abort', () => {
    for (const client of clients.values()) void client.stop()
  })
  try {
    for (const line of live)
      if (!scene.said.has(clientIdOf(line.line))) await say(scene, line, clients, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Somebody's device. It shows the group, and reads all that comes. */
export function attend(url: string, { id, rest, token }: Person): Client {
  const socketUrl = `${url.replace('http', 'ws')}/v1/ws`
  const client = createClient({ rest, socketUrl, token, me: { id } })
  client.listen((event) => {
    if (event.event === 'message.created' && event.data.sender.id !== id)
      client.markRead(event.data.threadId, event.data.seq)
  })
  return client
}

async function say(
  scene: Scene,
  line: Line,
  clients: Map<PersonId, Client>,
  signal: AbortSignal,
): Promise<void> {
  const { threadId, people, said } = scene
  const clientId = clientIdOf(line.line)
  clients.get(line.by)?.setTyping(threadId, true)
  await pause(timeToType(line.text), undefined, { signal })
  const replyTo = line.replyTo === undefined ? undefined : said.get(clientIdOf(line.replyTo))
  const { rest } = personOf(people, line.by)
  const input = { threadId, clientId, content: line.text, replyTo }
  const message = await possibly(
    rest.call('message.send', input).catch(async (error: unknown) => {
      await pause(waitAfter(error), undefined, { signal })
      return rest.call('message.send', input)
    }),
  )
  if (message === null) return
  said.set(clientId, message.id)
  if (line.reactions === undefined) return
  await pause(second, undefined, { signal })
  await react(scene, line)
}

/** One to four seconds, in which nobody comes to 30 messages a minute. */
const timeToType = (text: string) => Math.min(4, 1 + text.length / 30) * second

/** The limit of this server may be a lower one. */
function waitAfter(error: unknown): number {
  if (!(error instanceof ChatError) || error.code !== 'rate_limited') throw error
  const { retryAfter = 60 } = (error.details ?? {}) as { retryAfter?: number }
  return retryAfter * second
}

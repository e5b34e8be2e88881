// What a newcomer finds: four people, and what they have said so far. What is there stays as it is.
import { ChatError } from '../../contract/errors.ts'
import { derivedThreadId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import { createRest } from '../../client/rest.ts'
import type { Rest } from '../../client/rest.ts'
import { guest, history, people, title, welcome } from './chat.ts'
import type { Line, PersonId } from './chat.ts'

/** Makes the demo's messages known again, in the import and in live sends. */
const origin = 'demo'
const minute = 60_000

export type Person = { id: PersonId; rest: Rest; token: () => Promise<string> }

export type Scene = {
  /** The thread of all. */
  threadId: string
  people: Map<PersonId, Person>
  /** The id of each message of the group, by the clientId under which it was sent. */
  said: Map<string, string>
}

export const clientIdOf = (line: number) => `${origin}:${line}`

/** `now` is when the history ends. */
export async function seed(url: string, now = Date.now()): Promise<Scene> {
  const door = createRest({ base: url })
  const signIn = (id: string, name: string, role?: string) => {
    const token = () => door.devToken(id, { name, role })
    return { token, rest: createRest({ base: url, token }) }
  }
  const present = people.map(([id, name]): [PersonId, Person] => [
    id,
    { id, ...signIn(id, name, id === 'rob' ? 'admin' : undefined) },
  ])
  const everyone = new Map(present)
  // A profile is there from its person's first request on, and what is imported then bears its name.
  const visitor = signIn(guest.id, guest.name)
  await Promise.all([...everyone.values(), visitor].map(({ rest }) => rest.call('profile.get', {})))

  const rob = personOf(everyone, 'rob')
  await bringHistory(url, await rob.token(), now)
  const threadId = await derivedThreadId('import', [origin, title])
  await rob.rest.call('member.add', { threadId, userId: guest.id })
  const said = await messagesOf(rob.rest, threadId)
  const scene = { threadId, people: everyone, said }
  for (const line of history) await react(scene, line)
  for (const [id, texts] of welcome) await greet(personOf(everyone, id).rest, texts)
  return scene
}

export function personOf(everyone: Scene['people'], id: PersonId): Person {
  const person = everyone.get(id)
  if (person === undefined) throw new Error(`nobody is called ${id}`)
  return person
}

/** Adds the reactions of a line that was said. */
export async function react({ people, said }: Scene, { line, reactions = {} }: Line) {
  const messageId = said.get(clientIdOf(line))
  if (messageId === undefined) return
  for (const [emoji, ids] of Object.entries(reactions))
    for (const id of ids)
      await possibly(personOf(people, id).rest.call('reaction.add', { messageId, emoji }))
}

/** The guest may have blocked, banned or removed people since: what they cannot do is left out. */
export async function possibly<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ChatError) return null
    throw error
  }
}

/** An import keeps authors and times, and takes no notice of rate limits. */
async function bringHistory(url: string, token: string, now: number): Promise<void> {
  const end = history.at(-1)?.minute ?? 0
  const lines = history.map(({ line, minute: said, by, text, replyTo }) =>
    JSON.stringify({
      log: title,
      line,
      at: new Date(now - (end - said) * minute).toISOString(),
      nick: by,
      text,
      replyTo,
    }),
  )
  const response = await fetch(`${url}/v1/admin/import?source=${origin}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' },
    body: lines.join('\n'),
  })
  if (!response.ok)
    throw new ChatError('internal', `import: ${response.status} ${await response.text()}`)
}

async function messagesOf(rest: Rest, threadId: string): Promise<Scene['said']> {
  const said = new Map<string, string>()
  const limit = limits.pageMost
  for (let after = 0; ;) {
    const { items } = await rest.call('message.list', { threadId, after, limit })
    for (const { id, clientId } of items) if (clientId !== null) said.set(clientId, id)
    if (items.length < limit) return said
    after = items.at(-1)?.seq ?? after
  }
}

async function greet(rest: Rest, texts: string[]): Promise<void> {
  const thread = await possibly(rest.call('thread.create', { participants: [guest.id] }))
  if (thread === null) return
  for (const [index, content] of texts.entries())
    await possibly(
      rest.call('message.send', { threadId: thread.id, clientId: clientIdOf(index), content }),
    )
}

// Every row of the tables of effects, tried. A row without a try does not compile.
import { describe, expect, test } from 'vitest'
import {
  banEffects,
  blockEffects,
  memberBanEffects,
  shadowBanEffects,
  silenceEffects,
} from '../../src/contract/effects.ts'
import type { Effect } from '../../src/contract/effects.ts'
import { errors } from '../../src/contract/errors.ts'
import type { Event } from '../../src/contract/events.ts'
import type { Message } from '../../src/contract/message.ts'
import { aGroup, aThread, call, send, signIn, socket, threadSocket, upgrade } from './fixtures.ts'
import type { Answered, Socket, Someone } from './fixtures.ts'

/** What a try came to, in the words of the tables. */
type Came = Effect | { hidden: 'from some' }

type Stage = {
  /** Who blocked, or any other member. */
  alice: Someone
  /** Who was blocked, or is under the sanction. */
  bob: Someone
  cleo: Someone
  mod: Someone
  direct: string
  group: string
  /** Said by Bob before, in the group. */
  old: Message
}
type Try = (stage: Stage) => Promise<Came>
type Tries<T> = { [K in keyof T]: Try }

async function aStage(): Promise<Stage> {
  const [alice, bob, cleo, mod] = await Promise.all([
    signIn('Alice'),
    signIn('Bob'),
    signIn('Cleo'),
    signIn('Mod', { role: 'moderator' }),
  ])
  const { id: direct } = await aThread(alice, [bob])
  const { id: group } = await aGroup(alice, [bob, cleo])
  await send(bob, direct, 'old and direct')
  const old = await send(bob, group, 'old')
  return { alice, bob, cleo, mod, direct, group, old }
}

const came = ({ status, body }: Answered): Came => {
  if (status < 400) return 'as ever'
  const { error } = body as { error: { code: keyof typeof errors } }
  expect(status).toBe(errors[error.code].status)
  return { refused: error.code }
}

const say = (who: Someone, threadId: string, content: string) =>
  call<Message>(who, 'POST', `/threads/${threadId}/messages`, { content })

const list = async (who: Someone, threadId: string) =>
  JSON.stringify((await call(who, 'GET', `/threads/${threadId}/messages`)).body)

/** Who of the others sees some words in the group: in words of the tables. */
async function seenIn({ alice, bob, cleo, group }: Stage, words: string): Promise<Came> {
  expect(await list(bob, group)).toContain(words)
  const seen = await Promise.all([alice, cleo].map((one) => list(one, group)))
  const [byAlice, byCleo] = seen.map((text) => text.includes(words))
  if (byAlice && byCleo) return 'as ever'
  if (byCleo) return { hidden: 'from who blocked' }
  return byAlice ? { hidden: 'from some' } : { hidden: 'from all others' }
}

/** Who of two watchers hears of a sign of somebody in the group, before a message that both hear. */
async function signSeen(
  { group, cleo }: Stage,
  actor: Someone,
  watchers: Someone[],
  sign: { give: (wire: Socket) => Promise<unknown>; isIt: (event: Event) => boolean },
) {
  const wires = await Promise.all(watchers.map((one) => threadSocket(one, group)))
  await sign.give(await threadSocket(actor, group))
  await send(cleo, group, `after ${actor.id}`)
  return Promise.all(
    wires.map(async (each) => {
      await each.event('message.created')
      return each.events().some(sign.isIt)
    }),
  )
}

const typingSeen = (stage: Stage, typist: Someone, watchers: Someone[]) =>
  signSeen(stage, typist, watchers, {
    give: (wire) => wire.ask('typing.set', { threadId: stage.group, typing: true }),
    isIt: ({ event, data }) => event === 'typing.updated' && data.userIds.includes(typist.id),
  })

const viewingSeen = (stage: Stage, viewer: Someone, watchers: Someone[]) =>
  signSeen(stage, viewer, watchers, {
    give: (wire) => wire.ask('viewing.set', { threadId: stage.group, viewing: true }),
    isIt: ({ event, data }) => event === 'viewing.updated' && data.userId === viewer.id,
  })

const block = ({ alice, bob }: Stage) => call(alice, 'PUT', `/blocks/${bob.id}`)
const hiddenFromBlocker = { hidden: 'from who blocked' } as const
const status = async (asker: Someone, whom: Someone) => {
  const path = `/presence?userIds=${whom.id}`
  const { body } = await call<{ items: { status: string }[] }>(asker, 'GET', path)
  return body.items[0]?.status
}

const blocked: Tries<typeof blockEffects> = {
  'a direct message of the blocked': async ({ bob, direct }) => came(await say(bob, direct, 'x')),
  'a direct message of the blocker': async ({ alice, direct }) =>
    came(await say(alice, direct, 'x')),
  'an edit or a reaction in their direct thread': async ({ alice, bob, direct }) => {
    const { body } = await call<{ items: Message[] }>(alice, 'GET', `/threads/${direct}/messages`)
    const path = `/messages/${body.items[0]?.id}`
    const reaction = came(await call(alice, 'PUT', `${path}/reactions/x`))
    expect(came(await call(bob, 'PATCH', path, { content: 'y' }))).toEqual(reaction)
    return reaction
  },
  'a later group message of the blocked': async (stage) => {
    await say(stage.bob, stage.group, 'later')
    return seenIn(stage, 'later')
  },
  'a group message of the blocker': async (stage) => {
    await say(stage.alice, stage.group, 'mine')
    return seenIn(stage, 'mine')
  },
  'reading their direct thread and all older messages': async (stage) => {
    expect(await list(stage.alice, stage.direct)).toContain('old and direct')
    return seenIn(stage, 'old')
  },
  'typing of the blocked': async (stage) => {
    const [alice, cleo] = await typingSeen(stage, stage.bob, [stage.alice, stage.cleo])
    return cleo && !alice ? hiddenFromBlocker : 'as ever'
  },
  'typing of the blocker': async (stage) => {
    const [bob, cleo] = await typingSeen(stage, stage.alice, [stage.bob, stage.cleo])
    return cleo && !bob ? hiddenFromBlocker : 'as ever'
  },
  'the other’s screen showing a thread': async (stage) => {
    const [alice, cleo] = await viewingSeen(stage, stage.bob, [stage.alice, stage.cleo])
    const [bob, again] = await viewingSeen(stage, stage.alice, [stage.bob, stage.cleo])
    expect([cleo, again]).toEqual([true, true])
    return alice || bob ? 'as ever' : hiddenFromBlocker
  },
  'presence, either way': async ({ alice, bob, cleo }) => {
    await Promise.all([socket(alice), socket(bob)])
    const between = [await status(alice, bob), await status(bob, alice)]
    expect([await status(cleo, alice), await status(cleo, bob)]).toEqual(['online', 'online'])
    return between.every((each) => each === 'offline') ? hiddenFromBlocker : 'as ever'
  },
  'an unread count of the blocked’s message': async ({ alice, bob, group }) => {
    await call(alice, 'POST', `/threads/${group}/read`)
    await say(bob, group, 'uncounted')
    const { body } = await call<{ unread: number }>(alice, 'GET', `/threads/${group}`)
    return body.unread === 0 ? hiddenFromBlocker : 'as ever'
  },
}

const ban = ({ mod, bob }: Stage) => call(mod, 'PUT', `/admin/bans/${bob.id}`, {})
const banned: Tries<typeof banEffects> = {
  'a request on REST': async ({ bob }) => came(await call(bob, 'GET', '/threads')),
  'a socket’s upgrade': async ({ bob }) => {
    const answer = await upgrade('/ws', { Authorization: `Bearer ${bob.token}` })
    const { status: code, headers } = answer
    return came({ status: code, headers, body: await answer.json() })
  },
  'an open socket': async ({ mod, bob }) => {
    await call(mod, 'DELETE', `/admin/bans/${bob.id}`)
    const wire = await socket(bob)
    await call(mod, 'PUT', `/admin/bans/${bob.id}`, {})
    const { code } = await wire.closed
    return code === errors.banned.close ? { refused: 'banned' } : 'as ever'
  },
  'their older messages': async ({ alice, group }) =>
    (await list(alice, group)).includes('old') ? 'as ever' : { hidden: 'from all others' },
}

const shadow = ({ mod, bob }: Stage) => call(mod, 'PUT', `/admin/bans/${bob.id}`, { shadow: true })
const shadowed: Tries<typeof shadowBanEffects> = {
  'a send': async (stage) => {
    expect(came(await say(stage.bob, stage.group, 'later'))).toBe('as ever')
    return seenIn(stage, 'later')
  },
  'an edit or a reaction on such a message': async (stage) => {
    const { body } = await say(stage.bob, stage.group, 'later')
    await call(stage.bob, 'PATCH', `/messages/${body.id}`, { content: 'changed' })
    await call(stage.bob, 'PUT', `/messages/${body.id}/reactions/zap`)
    expect(await seenIn(stage, 'zap')).toEqual(await seenIn(stage, 'changed'))
    return seenIn(stage, 'changed')
  },
  'an edit of an older message': async ({ bob, old }) =>
    came(await call(bob, 'PATCH', `/messages/${old.id}`, { content: 'changed' })),
  typing: async (stage) => {
    const seen = await typingSeen(stage, stage.bob, [stage.alice, stage.cleo])
    return seen.includes(true) ? 'as ever' : { hidden: 'from all others' }
  },
  'a thread on their screen': async (stage) => {
    const seen = await viewingSeen(stage, stage.bob, [stage.alice, stage.cleo])
    return seen.includes(true) ? 'as ever' : { hidden: 'from all others' }
  },
  'reading, and their older messages': (stage) => seenIn(stage, 'old'),
}

const silence = ({ alice, bob, group }: Stage) =>
  call(alice, 'PUT', `/threads/${group}/members/${bob.id}/silence`, {})
const silenced: Tries<typeof silenceEffects> = {
  'a send, an edit or a reaction in the thread': async ({ bob, group, old }) => {
    const path = `/messages/${old.id}`
    const sent = came(await say(bob, group, 'x'))
    expect(came(await call(bob, 'PATCH', path, { content: 'y' }))).toEqual(sent)
    expect(came(await call(bob, 'PUT', `${path}/reactions/x`))).toEqual(sent)
    return sent
  },
  'reading the thread': async ({ bob, group }) => came(await call(bob, 'GET', `/threads/${group}`)),
}

const shutOut = ({ alice, bob, group }: Stage) =>
  call(alice, 'PUT', `/threads/${group}/bans/${bob.id}`, {})
const banishedTries: Tries<typeof memberBanEffects> = {
  'anything in the thread': async ({ bob, group }) => {
    const sent = came(await say(bob, group, 'x'))
    expect(came(await call(bob, 'GET', `/threads/${group}`))).toEqual(sent)
    return sent
  },
  'being added to the thread': async ({ alice, bob, group }) =>
    came(await call(alice, 'POST', `/threads/${group}/members`, { userId: bob.id })),
}

const rows = <T extends object>(effects: T, tries: Tries<T>) =>
  Object.entries(effects).map(([name, effect]): [string, Effect, Try] => [
    name,
    effect as Effect,
    tries[name as keyof T],
  ])

describe.each([
  ['a block', block, rows(blockEffects, blocked)],
  ['a ban', ban, rows(banEffects, banned)],
  ['a shadow ban', shadow, rows(shadowBanEffects, shadowed)],
  ['a mute by an admin of the thread', silence, rows(silenceEffects, silenced)],
  ['a ban from a thread', shutOut, rows(memberBanEffects, banishedTries)],
] as [string, (stage: Stage) => Promise<Answered>, [string, Effect, Try][]][])(
  'under %s',
  (_, begin, tries) => {
    test.each(tries)('%s', async (_name, effect, attempt) => {
      const stage = await aStage()
      expect((await begin(stage)).status).toBe(200)
      expect(await attempt(stage)).toEqual(effect)
    })
  },
)

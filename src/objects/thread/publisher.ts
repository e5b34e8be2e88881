// After the commit: one frame for each socket on the thread, one delivery for each member elsewhere.
import { limits } from '../../contract/limits.ts'
import type { Event } from '../../contract/events.ts'
import type { Answer } from '../../contract/frames.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import type { FanOut } from '../fan-out.ts'
import { bundle } from '../sockets.ts'
import type { Bundle, Sockets } from '../sockets.ts'
import { newsOf, noticeFor } from './notice.ts'
import type { News } from './notice.ts'
import type { Saying } from './turn.ts'

type Said = Saying & { json: string }

export class Publisher {
  private readonly sockets: Sockets
  private readonly fanOut: FanOut

  constructor(sockets: Sockets, fanOut: FanOut) {
    this.sockets = sockets
    this.fanOut = fanOut
  }

  /** Answers the deliveries that were started, for the object to stay awake until they end. */
  publish(
    log: ThreadLog,
    sayings: Saying[],
    answers: ReadonlyMap<WebSocket, Answer[]>,
  ): Promise<void>[] {
    const json = new Written()
    const said = sayings.map((saying) => ({ ...saying, json: json.event(saying.event) }))
    // Most batches say the same to everyone: it is written once, for sockets and members alike.
    const alike = log.blocks.size === 0 && said.every(({ to }) => to === 'members')
    const all = bundle(said.map(({ json }) => json))
    const bundleFor = (userId: string): Bundle => {
      if (alike) return log.member(userId) ? all : bundle([])
      return bundle(said.filter((one) => isFor(log, one, userId)).map(({ json }) => json))
    }
    for (const [socket, session] of this.sockets.open()) {
      const { actor } = session
      const mine = answers.get(socket)
      if (said.length === 0 && !mine) continue
      const texts = mine?.map((answer) => json.answer(answer)) ?? []
      this.sockets.sendTo(socket, session, texts, bundleFor(actor.id))
      if (!log.member(actor.id)) this.sockets.close(socket, 'not_found', 'you left this thread')
    }
    return said.length === 0 ? [] : this.deliver(log, said, bundleFor)
  }

  private deliver(
    log: ThreadLog,
    said: Said[],
    bundleFor: (userId: string) => Bundle,
  ): Promise<void>[] {
    const lastSeq = said.some(({ event }) => event.event === 'message.created') ? log.head : 0
    const now = Date.now()
    // Made for the first who is awake: mostly nobody is.
    let news: News | null | undefined
    const work: Promise<void>[] = []
    for (const userId of audienceOf(log, said)) {
      if (this.fanOut.sleeps(userId)) continue
      if (news === undefined) news = newsOf(log, said)
      const looking = this.sockets.users().has(userId)
      const notice = news && noticeFor(log, news, userId, looking, now)
      const started = this.fanOut.push(userId, bundleFor(userId), lastSeq, notice)
      if (started) work.push(started)
    }
    return work
  }
}

/** What an event tells of is often what its operation answers: it is written once. */
class Written {
  private readonly texts = new Map<unknown, string>()

  event({ event, threadId, version, data }: Event): string {
    const text = JSON.stringify(data)
    this.texts.set(data, text)
    return `{"event":"${event}","threadId":"${threadId}","version":${version},"data":${text}}`
  }

  answer(answer: Answer): string {
    const text = 'ok' in answer ? this.texts.get(answer.ok) : undefined
    return text === undefined
      ? JSON.stringify(answer)
      : `{"id":${JSON.stringify(answer.id)},"ok":${text}}`
  }
}

/** Members to call: all of a small thread, of a large one those who asked, and whoever is named or mentioned. */
function audienceOf(log: ThreadLog, said: Said[]): Iterable<string> {
  const present = log.present()
  const large = present.length > limits.fanOutMembers
  const members = (large ? present.filter((row) => row.subscribed === 1) : present).map(
    (row) => row.user_id,
  )
  const named = said.flatMap(({ event, to }) => {
    if (to !== 'members') return to
    return event.event === 'message.created' ? event.data.mentions : []
  })
  return named.length === 0 ? members : new Set([...members, ...named])
}

function isFor(log: ThreadLog, { to, by }: Saying, userId: string): boolean {
  if (to === 'members' ? !log.member(userId) : !to.includes(userId)) return false
  return by === undefined || !log.blocks.get(userId)?.has(by)
}

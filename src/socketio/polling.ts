// Long-polling: the one request that is held until there is something to say, and what waits for it.
import { tally } from '../store/tally.ts'
import { SEPARATOR } from './frames.ts'
import { bounds } from './settings.ts'

const WAITING = 'out:'
const keyOf = (at: number) => `${WAITING}${String(at).padStart(6, '0')}`

export class Polling {
  private readonly ctx: DurableObjectState
  private poll: ((payload: string | null) => void) | null = null

  constructor(ctx: DurableObjectState) {
    this.ctx = ctx
  }

  /** A request is waiting. It keeps the object awake, so it is no state that could be lost. */
  get held(): boolean {
    return this.poll !== null
  }

  /** Waits for something to say; null is for a request that must be refused. */
  hold(): { answer: Promise<string | null>; cancel: () => boolean } {
    const { promise, resolve } = Promise.withResolvers<string | null>()
    this.poll = resolve
    return { answer: promise, cancel: () => this.poll === resolve && this.answer(null) }
  }

  /** Answers the waiting request. False if there is none. */
  answer(payload: string | null): boolean {
    const poll = this.poll
    this.poll = null
    poll?.(payload)
    return poll !== null
  }

  /** Sends with the waiting request, or keeps for the next one. False if too much is kept. */
  send(payload: string): boolean {
    if (this.answer(payload)) return true
    const { kv } = this.ctx.storage
    const rows = [...kv.list<string>({ prefix: WAITING })].map(([, row]) => row)
    const kept = rows.reduce((sum, row) => sum + row.length, 0)
    if (kept + payload.length > bounds.bufferedCharacters) return false
    // Rows are joined as they are, so the mark between two packets is part of the later one.
    const text = rows.length === 0 ? payload : SEPARATOR + payload
    for (
      let from = 0, at = rows.length;
      from < text.length;
      from += bounds.rowCharacters, at += 1
    ) {
      tally.object += 1
      kv.put(keyOf(at), text.slice(from, from + bounds.rowCharacters))
    }
    return true
  }

  /** All that was kept, or an empty text. */
  take(): string {
    const { kv } = this.ctx.storage
    const rows = [...kv.list<string>({ prefix: WAITING })]
    for (const [key] of rows) kv.delete(key)
    tally.object += rows.length
    return rows.map(([, row]) => row).join('')
  }
}

/** A body as text, or null if it is larger than `most` bytes: the rest is not even read. */
export async function readText(request: Request, most: number): Promise<string | null> {
  if (Number(request.headers.get('Content-Length') ?? 0) > most) return null
  if (!request.body) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > most) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

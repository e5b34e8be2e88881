// The beginning of a session: what is kept of the request, and what its client is told.
import { frameOf } from './frames.ts'
import type { Message } from './frames.ts'
import type { Session } from './memory.ts'
import { bounds } from './settings.ts'
import type { EngineSettings } from './settings.ts'

/** Headers of a handshake that tell nothing of who sent it. */
const dull = /^(accept|cache-control|connection|content-|pragma|sec-(?!fetch-site)|upgrade)/

export function newSession<Own>(request: Request, upgrade: boolean, own: Own): Session<Own> {
  const now = Date.now()
  const headers = [...request.headers].filter(
    ([name, value]) => !dull.test(name) && value.length <= bounds.headerCharacters,
  )
  return {
    pulse: { pingAt: null, heardAt: now, since: 0, count: 0 },
    kept: {
      transport: upgrade ? 'websocket' : 'polling',
      handshake: { url: request.url, headers: Object.fromEntries(headers), at: now },
      closing: false,
      own,
    },
    parts: [],
  }
}

export function openingFrame(sid: string, upgrade: boolean, settings: EngineSettings): Message {
  const { pingInterval, pingTimeout, maxPayload } = settings
  const upgrades = upgrade ? [] : ['websocket']
  return frameOf('open', JSON.stringify({ sid, upgrades, pingInterval, pingTimeout, maxPayload }))
}

// What a connection keeps of its namespaces and of the acknowledgements it is owed.
import type { Emit, Recovery, Session } from './application.ts'
import type { Handshake } from './memory.ts'
import { PacketType } from './packets.ts'
import type { Packet } from './packets.ts'
import { bounds } from './settings.ts'

export type Own<Data> = {
  /** Some namespace was connected once: the connect timeout is over. */
  joined: boolean
  /** CONNECT packets that were not counted as events. */
  connects: number
  namespaces: Record<string, { sid: string; data: Data }>
  /** Id, namespace and token of each acknowledgement that a client owes us. */
  acks: [number, string, string][]
  nextAck: number
}

/** A connected namespace as the application knows it. */
export function sessionOf<Data>(
  own: Own<Data>,
  id: string,
  namespace: string,
  handshake: Handshake,
): Session<Data> | null {
  // A namespace may be called like anything that every object has.
  if (!Object.hasOwn(own.namespaces, namespace)) return null
  const found = own.namespaces[namespace]
  return found ? { id, namespace, handshake, sid: found.sid, data: found.data } : null
}

export function eventPacket<Data>(own: Own<Data>, emit: Emit, namespace: string): Packet {
  const nsp = emit.namespace ?? namespace
  const packet: Packet = { type: PacketType.EVENT, nsp, data: [emit.event, ...emit.args] }
  if (emit.token === undefined) return packet
  const id = own.nextAck
  own.nextAck += 1
  own.acks.push([id, nsp, emit.token])
  if (own.acks.length > bounds.acksOwed) own.acks.shift()
  return { ...packet, id }
}

/** The token under which an acknowledgement was asked for; each is given out once. */
export function takeToken<Data>(own: Own<Data>, namespace: string, id: number): string | null {
  const at = own.acks.findIndex(([known, nsp]) => known === id && nsp === namespace)
  const [taken] = at === -1 ? [] : own.acks.splice(at, 1)
  return taken?.[2] ?? null
}

/** The client sends what it remembers along with its auth payload. */
export function recoveryOf(auth: Record<string, unknown>): Recovery | null {
  const { pid, offset } = auth
  if (typeof pid !== 'string') return null
  return { pid, offset: typeof offset === 'string' ? offset : null }
}

// How far a message of mine got: to the server, to everybody's devices, under everybody's eyes.
import { membersOf } from './timeline.ts'
import type { Timeline } from './timeline.ts'

export type Reach = 'sent' | 'delivered' | 'read'

/** The places up to which everybody else got and read; nothing counts where there is nobody else. */
export function reachOf(timeline: Timeline, me: string): { delivered: number; read: number } {
  const others = membersOf(timeline).filter((member) => member.userId !== me)
  if (others.length === 0) return { delivered: 0, read: 0 }
  return {
    delivered: Math.min(...others.map((member) => member.deliveredSeq)),
    read: Math.min(...others.map((member) => member.readSeq)),
  }
}

export const reached = (reach: ReturnType<typeof reachOf>, seq: number): Reach =>
  reach.read >= seq ? 'read' : reach.delivered >= seq ? 'delivered' : 'sent'

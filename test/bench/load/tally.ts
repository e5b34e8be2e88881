// Whether a thread kept its promises under load: every acknowledged message was told to every member
// once, in order, without a hole.
import type { Ears } from '../peers/peer.ts'

/** As many as help to understand; more would hide the report. */
const faultsMost = 5

export type Tally = {
  /** What one member's socket is told goes here. */
  ears(member: string): Ears
  acknowledged(seq: number, clientId: string): void
  fault(what: string): void
  deliveries(): number
  /** Everything acknowledged was told to everybody. */
  complete(): boolean
  faults(): string[]
}

export function createTally(thread: string): Tally {
  /** clientId by seq, as the first member was told it. */
  const told: (string | null)[] = []
  const heads = new Map<string, number>()
  const acknowledged = new Map<number, string>()
  const faults: string[] = []
  let deliveries = 0
  const fault = (what: string) => {
    if (faults.length < faultsMost) faults.push(`${thread}: ${what}`)
  }
  return {
    ears: (member) => {
      heads.set(member, 0)
      return {
        fault: (what) => fault(`${member}: ${what}`),
        heard: ({ seq, clientId }) => {
          deliveries++
          const expected = (heads.get(member) ?? 0) + 1
          if (seq !== expected) fault(`${member} was told seq ${seq}, not ${expected}`)
          heads.set(member, seq)
          told[seq] ??= clientId
          if (told[seq] !== clientId) fault(`seq ${seq} is two messages`)
        },
      }
    },
    acknowledged: (seq, clientId) => {
      if (acknowledged.has(seq)) fault(`seq ${seq} was acknowledged twice`)
      acknowledged.set(seq, clientId)
    },
    fault,
    deliveries: () => deliveries,
    complete: () => [...heads.values()].every((head) => head >= acknowledged.size),
    faults: () => {
      for (const [seq, clientId] of acknowledged)
        if (told[seq] !== clientId) fault(`seq ${seq} was acknowledged to ${clientId}, not told`)
      for (const [member, head] of heads)
        if (head !== acknowledged.size)
          fault(`${member} was told ${head} messages, ${acknowledged.size} were acknowledged`)
      return faults
    },
  }
}

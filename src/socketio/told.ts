// What a connection was told lately and its client may not have received, so that a client that comes
// back can be told what it missed. Each thread has a place here with the version up to which it was
// told; what a client shows when it comes back (its offset) names the places that it knows of.

type Place = { id: number; threadId: string; from: number; to: number; turn: number }

/** `turn` is counted on at each sign of life that confirms all that was said a turn ago. */
export type Told = { nonce: string; places: Place[]; next: number; turn: number; lost: number }

/** Threads in motion at a time. Beyond, a client that comes back in these seconds starts afresh. */
const PLACES_MOST = 40

export const nothingTold = (nonce: string): Told => ({
  ...{ nonce, places: [], next: 0, turn: 0, lost: -2 },
})

/** A thread was told up to a version. `changes` is false for what is said without a new one. */
export function tell(told: Told, threadId: string, version: number, changes: boolean): void {
  const known = told.places.find((place) => place.threadId === threadId)
  if (known) {
    known.to = Math.max(known.to, version)
    known.turn = told.turn
    return
  }
  const from = changes ? version - 1 : version
  told.places.push({ id: told.next, threadId, from, to: version, turn: told.turn })
  told.next += 1
  if (told.places.length <= PLACES_MOST) return
  told.places.shift()
  told.lost = told.turn
}

/** The client was heard of after it was sent all that was said before this turn. */
export function confirm(told: Told): void {
  told.places = told.places.filter(({ turn }) => turn === told.turn)
  told.turn += 1
}

/** What goes along with an event, for the client to show when it comes back. */
export const offsetOf = ({ nonce, places }: Told): string =>
  [nonce, ...places.map(({ id, to }) => `${id.toString(36)}.${to.toString(36)}`)].join('~')

/** From which versions on threads must be told again; null where that is not known any more. */
export function untold(told: Told, offset: string | null): Map<string, number> | null {
  if (told.lost >= told.turn - 1) return null
  const known = new Map<number, number>()
  const [nonce, ...places] = (offset ?? '').split('~')
  if (nonce === told.nonce)
    for (const place of places) {
      const [id = '', version = ''] = place.split('.')
      known.set(Number.parseInt(id, 36), Number.parseInt(version, 36))
    }
  const since = new Map<string, number>()
  for (const { id, threadId, from, to } of told.places) {
    // Whatever a client claims, it is shown nothing but what may be told to it anyway.
    const reached = Math.max(from, known.get(id) ?? from)
    if (reached < to) since.set(threadId, reached)
  }
  return since
}

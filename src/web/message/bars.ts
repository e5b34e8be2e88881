// How loud a sound is from its begin to its end, as bars.

const shown = 40

export const flat = Array<number>(shown).fill(0)

/** Each bar is the loudest of its stretch, from 0 to 1: the loudest of all is 1. */
export function barsOf(sound: ArrayLike<number>, bars = shown): number[] {
  const peaks = Array.from({ length: bars }, (_, bar) => {
    let peak = 0
    const end = ((bar + 1) * sound.length) / bars
    for (let at = Math.floor((bar * sound.length) / bars); at < end; at++)
      peak = Math.max(peak, Math.abs(sound[at] ?? 0))
    return peak
  })
  const loudest = Math.max(...peaks)
  return loudest === 0 ? peaks : peaks.map((peak) => peak / loudest)
}

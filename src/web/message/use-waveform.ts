// The shape of a voice message: as its maker said it, else found in the sound itself.
import { useEffect, useState } from 'react'
import type { Attachment } from '../../contract/attachment.ts'
import { barsOf, flat } from './bars.ts'

/** A longer sound than a voice message is not fetched for its looks. */
const mostBytes = 4 * 1024 * 1024

/** Samples of a second. It is for eyes, not for ears. */
const rate = 8_000

/** Of sounds that were shown already: a timeline that is scrolled shows them again. */
const known = new Map<string, Promise<number[]>>()

/** Flat as long as it is not known. */
export function useWaveform({ id, url, size, waveform }: Attachment): number[] {
  const [shape, setShape] = useState(() => (waveform === null ? flat : barsOf(waveform)))
  const unknown = waveform === null && size <= mostBytes
  useEffect(() => {
    if (!unknown) return
    let current = true
    const found = known.get(id) ?? decode(url)
    known.set(id, found)
    found.then(
      (shape) => current && setShape(shape),
      // It is heard without a shape; the next time it is tried again.
      () => known.delete(id),
    )
    return () => {
      current = false
    }
  }, [id, url, unknown])
  return shape
}

async function decode(url: string): Promise<number[]> {
  const response = await fetch(url)
  const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(
    await response.arrayBuffer(),
  )
  return barsOf(sound.getChannelData(0))
}

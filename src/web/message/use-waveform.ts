// The shape of a voice message: as its maker said it, else found in the sound itself.
import { useEffect, useState } from 'react'
import type { Attachment } from '../../contract/attachment.ts'
import { barsOf, flat } from './bars.ts'
import { samplesOf } from './sound.ts'

/** A longer sound than a voice message is not fetched for its looks. */
const mostBytes = 4 * 1024 * 1024

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

const decode = async (url: string) => barsOf(await samplesOf(await fetch(url)))

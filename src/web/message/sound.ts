// How a sound looks that was not measured by whoever made it: it is decoded, and looked through.
import { barsOf } from './bars.ts'

/** Samples of a second. It is for eyes, not for ears. */
const rate = 8_000

/** Bars of a waveform that is sent: more than are drawn today. */
const bars = 64

export async function samplesOf(sound: Blob | Response): Promise<Float32Array> {
  const context = new OfflineAudioContext(1, 1, rate)
  return (await context.decodeAudioData(await sound.arrayBuffer())).getChannelData(0)
}

/** As the contract says it: whole numbers up to 100. None where the browser cannot decode it. */
export async function waveformOf(sound: Blob): Promise<number[] | undefined> {
  try {
    return barsOf(await samplesOf(sound), bars).map((bar) => Math.round(bar * 100))
  } catch {
    // It is heard without a shape, and whoever can decode it finds one.
    return undefined
  }
}

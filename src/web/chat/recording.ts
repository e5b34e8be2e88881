// A voice message under way: the microphone, what it has heard, and how loud it is just now.
import type { OutgoingFile } from '../../client/uploads.ts'
import { waveformOf } from '../message/sound.ts'

/** What browsers record, the smallest first, with the ending of its file. */
const types = [
  ['audio/webm;codecs=opus', 'webm'],
  ['audio/ogg;codecs=opus', 'ogg'],
  ['audio/mp4', 'm4a'],
] as const

/** Whoever forgets it has said enough after ten minutes. It is kept, and can be sent. */
const longestMs = 10 * 60_000

/** Why nothing is recorded: it was not allowed, there is no microphone, or the browser cannot. */
export type Trouble = 'refused' | 'missing' | 'unable'

export type Recording = {
  seconds(): number
  /** From 0 to 1. */
  level(): number
  /** With its shape, so that nobody must fetch it to draw it. */
  finish(): Promise<OutgoingFile>
  /** Lets go of the microphone, and of what was heard. */
  drop(): void
}

/** Asks for the microphone and starts. Rejects where there is none to be had, see `troubleOf`. */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  try {
    return start(stream)
  } catch (error) {
    silence(stream)
    throw error
  }
}

export function troubleOf(error: unknown): Trouble {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' ? 'missing' : 'unable'
}

const silence = (stream: MediaStream) => stream.getTracks().forEach((track) => track.stop())

function start(stream: MediaStream): Recording {
  const [mimeType, ending] = types.find(([type]) => MediaRecorder.isTypeSupported(type)) ?? types[0]
  const recorder = new MediaRecorder(stream, { mimeType })
  const heard: Blob[] = []
  const { level, close } = listenTo(stream)
  const started = performance.now()
  let ended: number | null = null
  const done = new Promise<void>((resolve) => {
    // It also ends by itself, when the microphone is unplugged.
    recorder.addEventListener('stop', () => {
      ended = performance.now()
      clearTimeout(enough)
      silence(stream)
      close()
      resolve()
    })
  })
  const stop = () => {
    if (recorder.state !== 'inactive') recorder.stop()
  }
  const enough = setTimeout(stop, longestMs)
  recorder.addEventListener('dataavailable', ({ data }) => heard.push(data))
  recorder.start()
  return {
    seconds: () => ((ended ?? performance.now()) - started) / 1000,
    level,
    async finish() {
      stop()
      await done
      const blob = new Blob(heard, { type: mimeType })
      const waveform = await waveformOf(blob)
      return {
        ...{ clientId: crypto.randomUUID(), name: `voice.${ending}`, blob },
        ...(waveform && { waveform }),
      }
    },
    drop: stop,
  }
}

/** How loud a stream is, at any moment. */
function listenTo(stream: MediaStream) {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  const samples = new Float32Array(analyser.fftSize)
  context.createMediaStreamSource(stream).connect(analyser)
  return {
    level() {
      analyser.getFloatTimeDomainData(samples)
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
      // Ears do not hear twice as much where there is twice as much.
      return Math.min(Math.sqrt(peak), 1)
    },
    close: () => void context.close(),
  }
}

// A voice message: one button, and its shape, in which one may go to any place.
import { useRef, useState } from 'react'
import type { ReactNode } from 'react'
import type { Attachment } from '../../contract/attachment.ts'
import { IconButton } from '../icon-button.tsx'
import { clockOf } from '../time.tsx'
import { useWords } from '../words.ts'
import { useWaveform } from './use-waveform.ts'

type Props = {
  file: Attachment
  /** Where the browser cannot play it. */
  otherwise: ReactNode
}

/** One voice at a time. */
let heard: HTMLAudioElement | null = null

export function Voice({ file, otherwise }: Props) {
  const words = useWords()
  const audio = useRef<HTMLAudioElement>(null)
  const bars = useWaveform(file)
  const [playing, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [length, setLength] = useState(file.duration ?? 0)
  const [broken, setBroken] = useState(false)
  const share = length === 0 ? 0 : at / length

  function turn() {
    if (playing) audio.current?.pause()
    // What cannot be played says so by an error of its own.
    else void audio.current?.play().catch(() => undefined)
  }

  if (broken) return otherwise
  return (
    <div className="voice" role="group" aria-label={words.voiceMessage}>
      <audio
        ref={audio}
        src={file.url}
        preload="metadata"
        onPlay={({ currentTarget }) => {
          if (heard !== currentTarget) heard?.pause()
          heard = currentTarget
          setPlaying(true)
        }}
        onPause={() => setPlaying(false)}
        onEnded={() => setAt(0)}
        onTimeUpdate={({ currentTarget: { ended, currentTime } }) => setAt(ended ? 0 : currentTime)}
        onDurationChange={({ currentTarget: { duration } }) => {
          // A recording that was not finished by its maker does not say how long it is.
          if (file.duration === null && Number.isFinite(duration)) setLength(duration)
        }}
        onError={() => setBroken(true)}
      />
      <IconButton
        label={playing ? words.pause : words.play}
        icon={playing ? 'pause' : 'play'}
        onClick={turn}
      />
      <div className="wave">
        {bars.map((bar, index) => (
          <i
            // oxlint-disable-next-line react/no-array-index-key -- bars never move
            key={index}
            className={index < share * bars.length ? 'past' : undefined}
            style={{ height: `${bar * 100}%` }}
          />
        ))}
        <input
          type="range"
          min={0}
          max={length}
          step={0.1}
          value={at}
          aria-label={words.position}
          aria-valuetext={words.placeIn(clockOf(at), clockOf(length))}
          onChange={({ target }) => {
            if (audio.current !== null) audio.current.currentTime = Number(target.value)
            setAt(Number(target.value))
          }}
        />
      </div>
      <small>{clockOf(at > 0 ? at : length)}</small>
    </div>
  )
}

// Records a voice message, in the place of the field: how long, how loud, to be sent or thrown away.
import { useEffect, useRef, useState } from 'react'
import type { OutgoingFile } from '../../client/uploads.ts'
import { Icon } from '../icon.tsx'
import { IconButton } from '../icon-button.tsx'
import { clockOf } from '../time.tsx'
import { useWords } from '../words.ts'
import { record, troubleOf } from './recording.ts'
import type { Recording, Trouble } from './recording.ts'

type Props = { onRecorded(voice: OutgoingFile): void; onClose(): void }

/** How often one looks how loud it is, and how many of these stay in sight. */
const lookMs = 100
const inSight = 40

export function VoiceRecorder({ onRecorded, onClose }: Props) {
  const words = useWords()
  const bar = useRef<HTMLDivElement>(null)
  const { recording, trouble, again } = useRecording()
  const { seconds, levels } = useHeard(recording)
  /** It was said to be sent: the rest takes no more than a moment. */
  const [ending, setEnding] = useState(false)

  useEffect(() => bar.current?.focus(), [])

  function send() {
    setEnding(true)
    void recording?.finish().then(onRecorded)
  }

  return (
    <div
      ref={bar}
      className="composer-row recorder"
      role="group"
      aria-label={words.voiceMessage}
      tabIndex={-1}
      onKeyDown={({ key }) => key === 'Escape' && !ending && onClose()}
    >
      <IconButton label={words.cancel} icon="trash" disabled={ending} onClick={onClose} />
      {trouble !== null ? (
        <>
          <p role="alert">{words.microphone[trouble]}</p>
          <button type="button" className="quiet" onClick={again}>
            {words.tryAgain}
          </button>
        </>
      ) : (
        <>
          <span role="status">
            <span className={recording === null ? undefined : 'unseen'}>
              {recording === null ? words.askingMicrophone : words.recording}
            </span>
          </span>
          {recording !== null && <time role="timer">{clockOf(seconds)}</time>}
          <div
            className="wave"
            role="meter"
            aria-label={words.loudness}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round((levels.at(-1) ?? 0) * 100)}
          >
            {levels.map((level, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- places, through which levels move
              <i key={index} style={{ height: `${level * 100}%` }} />
            ))}
          </div>
          <button
            type="button"
            className="send"
            disabled={recording === null || ending}
            aria-label={words.send}
            title={words.send}
            onClick={send}
          >
            <Icon name="send" />
          </button>
        </>
      )}
    </div>
  )
}

/** Starts at once, and lets go of the microphone when it is left. */
function useRecording() {
  const [recording, setRecording] = useState<Recording | null>(null)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const begins = trouble === null
  useEffect(() => {
    if (!begins) return
    let current = true
    const begun = record()
    begun.then(
      (started) => current && setRecording(started),
      (error: unknown) => current && setTrouble(troubleOf(error)),
    )
    return () => {
      current = false
      begun.then(
        ({ drop }) => drop(),
        () => undefined,
      )
    }
  }, [begins])
  return { recording, trouble, again: () => setTrouble(null) }
}

const nothing = { seconds: 0, levels: Array<number>(inSight).fill(0) }

function useHeard(recording: Recording | null) {
  const [heard, setHeard] = useState(nothing)
  useEffect(() => {
    if (recording === null) return
    const timer = setInterval(() => {
      const level = recording.level()
      setHeard(({ levels }) => ({
        seconds: recording.seconds(),
        levels: [...levels.slice(1), level],
      }))
    }, lookMs)
    return () => clearInterval(timer)
  }, [recording])
  return heard
}

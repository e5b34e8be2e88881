// Finds where I am, shows it to me, and sends it when I say so.
import { useEffect, useState } from 'react'
import { Dialog } from '../dialog.tsx'
import { coordinatesOf, mapOf } from '../message/place.ts'
import type { Place } from '../message/place.ts'
import { useWords } from '../words.ts'
import type { Said } from './writing.ts'

type Props = { onSay(said: Said): void; onClose(): void }
type Found =
  { is: 'sought' } | { is: 'known'; place: Place; accuracy: number } | { is: 'refused' | 'unknown' }

const how: PositionOptions = { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 }

/** Six digits are a hand's breadth. */
const rounded = (degrees: number) => Number(degrees.toFixed(6))

export function LocationDialog({ onSay, onClose }: Props) {
  const words = useWords()
  const { found, seek } = useLocation()

  return (
    <Dialog title={words.sendLocation} onClose={onClose}>
      {found.is === 'sought' && <p role="status">{words.findingLocation}</p>}
      {found.is === 'refused' && <p role="alert">{words.locationRefused}</p>}
      {found.is === 'unknown' && <p role="alert">{words.locationUnknown}</p>}
      {found.is === 'known' && (
        <p role="status">
          {coordinatesOf(found.place)} ({words.within(Math.max(Math.ceil(found.accuracy), 1))})
          <br />
          <a href={mapOf(found.place)} target="_blank" rel="noopener noreferrer">
            {words.openMap}
          </a>
        </p>
      )}
      <div className="buttons">
        <button type="button" className="plain" onClick={onClose}>
          {words.cancel}
        </button>
        {found.is === 'refused' || found.is === 'unknown' ? (
          <button type="button" onClick={seek}>
            {words.tryAgain}
          </button>
        ) : (
          <button
            type="button"
            disabled={found.is === 'sought'}
            onClick={() => {
              if (found.is !== 'known') return
              onSay({ kind: 'location', content: words.myLocation, metadata: found.place })
              onClose()
            }}
          >
            {words.send}
          </button>
        )}
      </div>
    </Dialog>
  )
}

function useLocation() {
  const [found, setFound] = useState<Found>({ is: 'sought' })
  const sought = found.is === 'sought'
  useEffect(() => {
    if (!sought) return
    let current = true
    const settle = (next: Found) => {
      if (current) setFound(next)
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) =>
        settle({
          is: 'known',
          place: { latitude: rounded(latitude), longitude: rounded(longitude) },
          accuracy,
        }),
      ({ code, PERMISSION_DENIED }) =>
        settle({ is: code === PERMISSION_DENIED ? 'refused' : 'unknown' }),
      how,
    )
    return () => {
      current = false
    }
  }, [sought])
  return { found, seek: () => setFound({ is: 'sought' }) }
}

// What a message carries besides its words: a place, an offer, a request for a booking.
import type { ReactNode } from 'react'
import type { Message } from '../../contract/message.ts'
import { useFormats } from '../time.tsx'
import { useWords } from '../words.ts'
import { coordinatesOf, mapOf } from './place.ts'
import { ProposalAnswer } from './proposal-answer.tsx'
import { useServiceLine } from './service.ts'

/** Metadata is the application's own: what is of another form than expected is left out. */
const textIn = (metadata: Message['metadata'], name: string): string | null => {
  const value = metadata?.[name]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null
}

const numberIn = (metadata: Message['metadata'], name: string): number =>
  Number(textIn(metadata, name) ?? Number.NaN)

export function Card({ message }: { message: Message }) {
  const words = useWords()
  switch (message.kind) {
    case 'location':
      return <Location metadata={message.metadata} />
    case 'service_offer':
      return <Service title={words.serviceOffer} message={message} />
    case 'booking_request':
      return <Service title={words.bookingRequest} message={message} />
    default:
      return null
  }
}

function Location({ metadata }: { metadata: Message['metadata'] }) {
  const words = useWords()
  const latitude = numberIn(metadata, 'latitude')
  const longitude = numberIn(metadata, 'longitude')
  if (Number.isNaN(latitude) || Number.isNaN(longitude)) return null
  const place = { latitude, longitude }
  return (
    <Frame title={words.location}>
      <p dir="auto">{textIn(metadata, 'address') ?? coordinatesOf(place)}</p>
      <a href={mapOf(place)} target="_blank" rel="noopener noreferrer">
        {words.openMap}
      </a>
    </Frame>
  )
}

function Service({ title, message }: { title: string; message: Message }) {
  const { metadata, proposal } = message
  const lineOf = useServiceLine()
  const when = useWhen(textIn(metadata, 'requestedDate'), textIn(metadata, 'requestedTime'))
  const name = textIn(metadata, 'serviceName') ?? textIn(metadata, 'name')
  const price = numberIn(metadata, 'price')
  const duration = metadata?.['duration']
  const line = lineOf({
    price: Number.isNaN(price) ? undefined : price,
    currency: textIn(metadata, 'currency') ?? undefined,
    duration: typeof duration === 'number' ? duration : (textIn(metadata, 'duration') ?? undefined),
  })
  return (
    <Frame title={title}>
      {name !== null && <strong dir="auto">{name}</strong>}
      {line !== '' && <p>{line}</p>}
      {when !== '' && <p>{when}</p>}
      {proposal !== undefined && <ProposalAnswer message={message} proposal={proposal} />}
    </Frame>
  )
}

/** The day and time that are asked for; a day is meant where it is, whatever the reader's zone. */
function useWhen(day: string | null, time: string | null): string {
  const format = useFormats()
  const date = new Date(day?.length === 10 ? `${day}T00:00` : (day ?? ''))
  const said = Number.isNaN(date.getTime()) ? day : format.oldDay.format(date)
  return [said, time].filter((part) => part !== null).join(', ')
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="card-frame">
      <small>{title}</small>
      {children}
    </div>
  )
}

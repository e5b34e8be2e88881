// What a message carries besides its words: a place, an offer, a request for a booking.
import type { ReactNode } from 'react'
import type { Message } from '../../contract/message.ts'
import { usePreferences } from '../preferences.ts'
import { useWords } from '../words.ts'

/** Metadata is the application's own: what is of another form than expected is left out. */
const textIn = (metadata: Message['metadata'], name: string): string | null => {
  const value = metadata?.[name]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null
}

export function Card({ message }: { message: Message }) {
  const words = useWords()
  switch (message.kind) {
    case 'location':
      return <Location metadata={message.metadata} />
    case 'service_offer':
      return <Service title={words.serviceOffer} metadata={message.metadata} />
    case 'booking_request':
      return <Service title={words.bookingRequest} metadata={message.metadata} />
    default:
      return null
  }
}

function Location({ metadata }: { metadata: Message['metadata'] }) {
  const words = useWords()
  const latitude = Number(textIn(metadata, 'latitude') ?? Number.NaN)
  const longitude = Number(textIn(metadata, 'longitude') ?? Number.NaN)
  if (Number.isNaN(latitude) || Number.isNaN(longitude)) return null
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`
  return (
    <Frame title={words.location}>
      <p dir="auto">{textIn(metadata, 'address') ?? `${latitude}, ${longitude}`}</p>
      <a href={map} target="_blank" rel="noopener noreferrer">
        {words.openMap}
      </a>
    </Frame>
  )
}

function Service({ title, metadata }: { title: string; metadata: Message['metadata'] }) {
  const { language } = usePreferences()
  const name = textIn(metadata, 'serviceName') ?? textIn(metadata, 'name')
  const price = textIn(metadata, 'price')
  const currency = textIn(metadata, 'currency')
  const details = [
    price === null ? null : priceOf(Number(price), currency, language),
    textIn(metadata, 'duration'),
    textIn(metadata, 'requestedDate'),
    textIn(metadata, 'requestedTime'),
  ].filter((detail) => detail !== null)
  return (
    <Frame title={title}>
      {name !== null && <strong dir="auto">{name}</strong>}
      {details.length > 0 && <p>{details.join(' · ')}</p>}
    </Frame>
  )
}

function priceOf(price: number, currency: string | null, language: string): string {
  // Not every word for money is a code that Intl knows, "FCFA" for one.
  if (currency === null || !/^[A-Z]{3}$/.test(currency)) return `${price} ${currency ?? ''}`.trim()
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(price)
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="card-frame">
      <small>{title}</small>
      {children}
    </div>
  )
}

// What a service is and costs, in one line of the reader's language.
import type { ServicePackage } from '../../contract/user.ts'
import { usePreferences } from '../preferences.ts'

type Service = Pick<ServicePackage, 'price' | 'currency' | 'duration'>

/** → "€80.00 · 60 min"; empty where nothing of it is known. */
export function useServiceLine(): (service: Service) => string {
  const { language } = usePreferences()
  return ({ price, currency, duration }) =>
    [
      price === undefined ? undefined : priceOf(price, currency, language),
      typeof duration === 'number' ? minutesOf(duration, language) : duration,
    ]
      .filter((part) => part !== undefined)
      .join(' · ')
}

function priceOf(price: number, currency: string | undefined, language: string): string {
  // Not every word for money is a code that Intl knows, "FCFA" for one.
  if (currency === undefined || !/^[A-Z]{3}$/.test(currency))
    return `${price} ${currency ?? ''}`.trim()
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(price)
}

const minutesOf = (minutes: number, language: string) =>
  new Intl.NumberFormat(language, {
    ...{ style: 'unit', unit: 'minute', unitDisplay: 'short' },
  }).format(minutes)

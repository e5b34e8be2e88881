// Sizes of files as people say them.
import { useMemo } from 'react'
import { usePreferences } from './preferences.ts'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** Bytes → "1.2 MB", in the language of the page. */
export function useSize(): (bytes: number) => string {
  const { language } = usePreferences()
  return useMemo(() => {
    const formats = units.map(
      (unit) =>
        new Intl.NumberFormat(language, {
          ...{ style: 'unit', unit, unitDisplay: 'short', maximumSignificantDigits: 3 },
        }),
    )
    return (bytes) => {
      const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1)
      return formats[power]?.format(bytes / 1000 ** power) ?? ''
    }
  }, [language])
}

// What somebody chose for this browser: appearance, language, notifications.
import { useSyncExternalStore } from 'react'
import { createStore } from '../client/store.ts'

export const themes = ['system', 'light', 'dark'] as const
export const languages = ['en', 'fr'] as const
export type Theme = (typeof themes)[number]
export type Language = (typeof languages)[number]

export type Preferences = {
  theme: Theme
  language: Language
  notifications: boolean
}

const key = 'skein preferences'

const spoken = (): Language =>
  languages.find((language) => navigator.language.startsWith(language)) ?? 'en'

function read(): Preferences {
  const usual = { theme: 'system', language: spoken(), notifications: false } as const
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>
    const chosen = { ...usual, ...kept }
    return {
      ...chosen,
      theme: themes.find((theme) => theme === chosen.theme) ?? usual.theme,
      language: languages.find((language) => language === chosen.language) ?? usual.language,
    }
  } catch {
    // A browser that keeps nothing, or something that is not ours: as if nothing had been chosen.
    return usual
  }
}

const store = createStore<Preferences>(read())

export const usePreferences = () => useSyncExternalStore(store.subscribe, store.get)
export const preferences = store.get

export function prefer(change: Partial<Preferences>) {
  store.set(change)
  show()
  try {
    localStorage.setItem(key, JSON.stringify(store.get()))
  } catch {
    // It holds as long as the page is open.
  }
}

/** Has the document look and read as was chosen. */
export function show() {
  const { theme, language } = store.get()
  document.documentElement.dataset['theme'] = theme
  document.documentElement.lang = language
}

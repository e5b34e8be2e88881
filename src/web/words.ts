// The page's words and times in the language that was chosen.
import { ChatError } from '../contract/errors.ts'
import { usePreferences } from './preferences.ts'
import type { Language } from './preferences.ts'
import { en } from './words/en.ts'
import type { Words } from './words/en.ts'
import { fr } from './words/fr.ts'

export type { Words } from './words/en.ts'

export const catalogue: Record<Language, Words> = { en, fr }

export const useWords = (): Words => catalogue[usePreferences().language]

/** Why something failed, for people to read. */
export function reasonOf(error: unknown, words: Words): string {
  if (error instanceof ChatError) return words.failures[error.code] ?? error.message
  return error instanceof Error ? error.message : String(error)
}

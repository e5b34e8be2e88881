// Who is in the thread on screen: for mentions, and the names behind ids.
import { createContext, use } from 'react'
import type { Member } from '../../contract/thread.ts'

export const PeopleContext = createContext<readonly Member[]>([])

export const usePeople = () => use(PeopleContext)

/** A person's name, or their id where it is not known. */
export const nameIn = (people: readonly Member[], userId: string): string =>
  people.find((member) => member.userId === userId)?.name ?? userId

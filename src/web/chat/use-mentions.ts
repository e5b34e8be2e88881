// Finds whom an "@" in the text under way may mean, and puts the name of the chosen one there.
import { useId, useLayoutEffect, useRef, useState } from 'react'
import type { KeyboardEvent, RefObject } from 'react'
import { limits } from '../../contract/limits.ts'
import type { Everyone } from '../../contract/message.ts'
import type { Thread } from '../../contract/thread.ts'
import { useClient, useClientState } from '../use-client.ts'
import { usePeople } from './people.ts'
import type { Said } from './writing.ts'

const most = 6
/** `@alligator` calls nobody. */
const crowd = /(?:^|\s)@(all|here)(?![\p{L}\p{N}_])/u

/** Somebody, or everybody. */
export type Named = { id: string; name: string; avatarUrl: string | null; everyone?: Everyone }

const everybody: Named[] = (['all', 'here'] as const).map((everyone) => ({
  ...{ id: `@${everyone}`, name: everyone, avatarUrl: null, everyone },
}))

const begun = /(^|\s)@([^\s@]*)$/u

/** As the server has it: in a crowd, only who leads it calls everyone. */
function mayCallEveryone(thread: Thread | undefined, me: string): boolean {
  const role = thread?.members.find(({ userId }) => userId === me)?.role
  if (thread === undefined || role === undefined || thread.type === 'direct') return false
  if (role === 'owner' || role === 'admin') return true
  return role === 'member' && thread.memberCount <= limits.everyoneMembers
}

export function useMentions(
  threadId: string,
  field: RefObject<HTMLTextAreaElement | null>,
  content: string,
  write: (content: string) => void,
) {
  const people = usePeople()
  const { me } = useClient()
  const callsAll = useClientState(({ inbox }) => mayCallEveryone(inbox.get(threadId), me.id))
  const listId = useId()
  const [place, setPlace] = useState(0)
  const [chosen, setChosen] = useState(0)
  const [left, setLeft] = useState<string | null>(null)
  /** Where the cursor goes as soon as a chosen name is in the text. */
  const caret = useRef<number | null>(null)
  const typed = begun.exec(content.slice(0, place))?.[2] ?? null
  const sought = typed?.toLocaleLowerCase() ?? ''
  const found =
    typed === null || typed === left
      ? []
      : [
          ...people
            .filter((member) => member.userId !== me.id)
            .map(({ userId, name, avatarUrl }): Named => ({ id: userId, name, avatarUrl })),
          ...(callsAll ? everybody : []),
        ]
          .filter(({ id, name }) =>
            [id, ...name.split(' ')].some((word) => word.toLocaleLowerCase().startsWith(sought)),
          )
          .slice(0, most)
  const open = found.length > 0

  useLayoutEffect(() => {
    if (caret.current === null) return
    field.current?.focus()
    field.current?.setSelectionRange(caret.current, caret.current)
    caret.current = null
  })

  function choose({ name }: Named) {
    const start = place - (typed?.length ?? 0)
    const next = `${content.slice(0, start)}${name} `
    write(next + content.slice(place))
    setPlace(next.length)
    caret.current = next.length
  }

  /** True when the key was for the list. */
  function press(event: KeyboardEvent): boolean {
    if (!open) return false
    const member = found[chosen] ?? found[0]
    if (event.key === 'ArrowDown') setChosen((chosen + 1) % found.length)
    else if (event.key === 'ArrowUp') setChosen((chosen + found.length - 1) % found.length)
    else if (event.key === 'Escape') setLeft(typed)
    else if ((event.key === 'Enter' || event.key === 'Tab') && member !== undefined) choose(member)
    else return false
    event.preventDefault()
    return true
  }

  return {
    open,
    found,
    chosen: Math.min(chosen, found.length - 1),
    listId,
    optionId: (index: number) => `${listId}-${index}`,
    choose,
    press,
    /** The cursor moved. */
    look() {
      setPlace(field.current?.selectionStart ?? 0)
      setChosen(0)
    },
    /** The field is left, and the list with it. */
    leave: () => setPlace(0),
    /** Who is named in a text. */
    namedIn(text: string): Pick<Said, 'mentions' | 'everyone'> {
      const ids = people.filter(({ name }) => text.includes(`@${name}`)).map((one) => one.userId)
      return {
        mentions: ids.length > 0 ? ids : undefined,
        everyone: callsAll ? (crowd.exec(text)?.[1] as Everyone | undefined) : undefined,
      }
    },
  }
}

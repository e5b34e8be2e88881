// A link to a thread that does not reload the page, yet is a link: it can be opened in a new tab.
import type { AnchorHTMLAttributes, MouseEvent } from 'react'
import { goTo, pathOf } from './route.ts'

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { threadId: string | null }

export function Link({ threadId, ...rest }: Props) {
  function follow(event: MouseEvent) {
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
    if (elsewhere || event.button !== 0) return
    event.preventDefault()
    goTo(threadId)
  }
  return <a {...rest} href={pathOf(threadId)} onClick={follow} />
}

// A link inside the page that does not reload it, yet is a link: it can be opened in a new tab.
import type { AnchorHTMLAttributes, MouseEvent } from 'react'
import { goTo } from './route.ts'

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { to: string }

export function Link({ to, ...rest }: Props) {
  function follow(event: MouseEvent) {
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
    if (elsewhere || event.button !== 0) return
    event.preventDefault()
    goTo(to)
  }
  return <a {...rest} href={to} onClick={follow} />
}

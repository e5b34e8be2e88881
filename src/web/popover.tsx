// A button, and what it opens beside itself. The browser closes it, and keeps it in sight.
import { useEffect, useId, useRef, useState } from 'react'
import type { CSSProperties, KeyboardEvent, ReactNode } from 'react'

type Props = {
  label: string
  role: 'menu' | 'dialog'
  className: string
  /** What the button shows. */
  face: ReactNode
  /** How many buttons further a key goes. */
  steps: Record<string, number>
  onOpen?(): void
  /** A click on any of it closes it. */
  children(): ReactNode
}

export function Popover({ label, role, className, face, steps, onOpen, children }: Props) {
  const id = useId()
  const body = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  const anchor = `--p${id.replaceAll(/[^\w]/g, '')}`
  const buttons = () => [...(body.current?.querySelectorAll('button') ?? [])]

  useEffect(() => {
    if (open) body.current?.querySelector('button')?.focus()
  }, [open])

  function move(event: KeyboardEvent) {
    const step = steps[event.key]
    const all = buttons()
    if (step === undefined || all.length === 0) return
    event.preventDefault()
    const mirrored = /Left|Right/.test(event.key) && isRightToLeft(event.currentTarget)
    const at = all.findIndex((button) => button === document.activeElement)
    all[(at + (mirrored ? -step : step) + all.length) % all.length]?.focus()
  }

  return (
    <>
      <button
        type="button"
        className="bare"
        aria-label={label}
        title={label}
        aria-haspopup={role}
        aria-expanded={open}
        popoverTarget={id}
        style={{ anchorName: anchor } as CSSProperties}
      >
        {face}
      </button>
      <div
        ref={body}
        id={id}
        popover="auto"
        role={role}
        aria-label={label}
        tabIndex={-1}
        className={className}
        style={{ positionAnchor: anchor } as CSSProperties}
        onKeyDown={move}
        onClick={() => body.current?.hidePopover()}
        onToggle={(event) => {
          const opened = event.newState === 'open'
          setOpen(opened)
          if (opened) onOpen?.()
        }}
      >
        {open && children()}
      </div>
    </>
  )
}

const isRightToLeft = (element: Element) => getComputedStyle(element).direction === 'rtl'

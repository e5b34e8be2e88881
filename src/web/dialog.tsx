// A question in front of the page. The browser keeps the focus inside and gives it back.
import { useEffect, useId, useRef } from 'react'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import { useWords } from './words.ts'

type Props = { title: string; onClose(): void; children: ReactNode; wide?: boolean }

export function Dialog({ title, onClose, children, wide = false }: Props) {
  const words = useWords()
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()

  useEffect(() => dialog.current?.showModal(), [])

  return (
    <dialog
      ref={dialog}
      className={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => {
        // The dialog itself is only its edge and what is around it.
        if (event.target === dialog.current) onClose()
      }}
    >
      <div className="dialog-body">
        <header>
          <h2 id={heading}>{title}</h2>
          <button type="button" className="bare" aria-label={words.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}

// What is said once and goes: that something did not work, or a word of the operators.
import { createContext, use, useCallback, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import { reasonOf, useWords } from './words.ts'

type Notice = { id: number; title: string | null; text: string; stays: boolean }
type Notices = {
  say(text: string, more?: { title?: string; stays?: boolean }): void
  /** Waits for something, and says so when it fails. True when it did not. */
  attempt(work: Promise<unknown>): Promise<boolean>
}

const NoticesContext = createContext<Notices | null>(null)

const shownMs = 6_000
let lastId = 0

export function useNotices(): Notices {
  const notices = use(NoticesContext)
  if (notices === null) throw new Error('this part of the page stands outside of <Notices>')
  return notices
}

export function Notices({ children }: { children: ReactNode }) {
  const words = useWords()
  const [shown, setShown] = useState<Notice[]>([])
  const remove = useCallback(
    (id: number) => setShown((before) => before.filter((notice) => notice.id !== id)),
    [],
  )

  const notices = useMemo<Notices>(() => {
    const say: Notices['say'] = (text, { title = null as string | null, stays = false } = {}) => {
      const id = ++lastId
      setShown((before) => [...before.slice(-2), { id, title, text, stays }])
      if (!stays) setTimeout(remove, shownMs, id)
    }
    return {
      say,
      attempt: (work) =>
        work.then(
          () => true,
          (error: unknown) => {
            say(words.failed(reasonOf(error, words)))
            return false
          },
        ),
    }
  }, [words, remove])

  return (
    <NoticesContext value={notices}>
      {children}
      <div className="notices" role="status">
        {shown.map(({ id, title, text }) => (
          <div key={id} className="notice-card">
            <div>
              {title !== null && <strong>{title}</strong>}
              <p dir="auto">{text}</p>
            </div>
            <button
              type="button"
              className="bare"
              aria-label={words.close}
              onClick={() => remove(id)}
            >
              <Icon name="close" size={16} />
            </button>
          </div>
        ))}
      </div>
    </NoticesContext>
  )
}

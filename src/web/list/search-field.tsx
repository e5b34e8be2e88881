// Where one looks for messages. Ctrl+K or ⌘K comes here from anywhere.
import { useEffect, useRef } from 'react'
import { limits } from '../../contract/limits.ts'
import { Icon } from '../icon.tsx'
import { useWords } from '../words.ts'

export function SearchField({ query, onChange }: { query: string; onChange(query: string): void }) {
  const words = useWords()
  const field = useRef<HTMLInputElement>(null)

  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      field.current?.focus()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])

  return (
    <search className="search-field">
      <Icon name="search" size={16} />
      <input
        ref={field}
        type="text"
        value={query}
        maxLength={limits.searchText}
        aria-label={words.search}
        placeholder={words.searchHint}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onChange('')
        }}
      />
      {query !== '' && (
        <button
          type="button"
          className="bare"
          aria-label={words.clearSearch}
          onClick={() => {
            onChange('')
            field.current?.focus()
          }}
        >
          <Icon name="close" size={16} />
        </button>
      )}
    </search>
  )
}

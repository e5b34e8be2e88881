// How far a message of mine got.
import type { Reach } from '../../client/reach.ts'
import { Icon } from '../icon.tsx'
import { useWords } from '../words.ts'

export function Ticks({ reach }: { reach: Reach }) {
  const words = useWords()
  return (
    <span className={`ticks ${reach}`} role="img" aria-label={words[reach]} title={words[reach]}>
      <Icon name={reach === 'sent' ? 'check' : 'checks'} size={16} />
    </span>
  )
}

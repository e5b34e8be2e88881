// A button that is an icon: its label is what is read aloud, and what shows when one points at it.
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

type Props = {
  label: string
  icon: IconName
  size?: number
  disabled?: boolean
  onClick(): void
}

export const IconButton = ({ label, icon, size, disabled, onClick }: Props) => (
  <button
    type="button"
    className="bare"
    disabled={disabled}
    aria-label={label}
    title={label}
    onClick={onClick}
  >
    <Icon name={icon} size={size} />
  </button>
)

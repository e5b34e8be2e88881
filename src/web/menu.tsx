// A button that opens a short list of things to do.
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'
import { Popover } from './popover.tsx'

export type MenuItem = { label: string; icon: IconName; danger?: boolean; does(): void }

const steps = { ArrowDown: 1, ArrowUp: -1 }

export function Menu({ label, items }: { label: string; items: MenuItem[] }) {
  return (
    <Popover label={label} role="menu" className="menu" face={<Icon name="more" />} steps={steps}>
      {() =>
        items.map(({ label, icon, danger, does }) => (
          <button
            key={label}
            type="button"
            role="menuitem"
            className={danger ? 'danger' : undefined}
            onClick={does}
          >
            <Icon name={icon} size={18} />
            {label}
          </button>
        ))
      }
    </Popover>
  )
}

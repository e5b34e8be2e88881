// A button that opens a short list of things to do.
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'
import { Popover } from './popover.tsx'

export type MenuItem = { label: string; icon: IconName; danger?: boolean; does(): void }

type Props = { label: string; items: MenuItem[]; icon?: IconName; onOpen?(): void }

const steps = { ArrowDown: 1, ArrowUp: -1 }

export function Menu({ label, items, icon = 'more', onOpen }: Props) {
  return (
    <Popover
      {...{ label, role: 'menu', className: 'menu', steps, onOpen }}
      face={<Icon name={icon} />}
    >
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

// A button that opens a short list of things to do.
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'
import { Popover } from './popover.tsx'

/** `chosen` is said of what is one of several. */
export type MenuItem = {
  label: string
  icon: IconName
  danger?: boolean
  chosen?: boolean
  does(): void
}

type Props = { label: string; items: MenuItem[]; icon?: IconName; onOpen?(): void }

const steps = { ArrowDown: 1, ArrowUp: -1 }

export function Menu({ label, items, icon = 'more', onOpen }: Props) {
  return (
    <Popover
      {...{ label, role: 'menu', className: 'menu', steps, onOpen }}
      face={<Icon name={icon} />}
    >
      {() =>
        items.map(({ label, icon, danger, chosen, does }) => (
          <button
            key={label}
            type="button"
            role={chosen === undefined ? 'menuitem' : 'menuitemradio'}
            aria-checked={chosen}
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

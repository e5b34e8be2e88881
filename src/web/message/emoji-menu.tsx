// A small choice of emoji. A screen reader knows each by its own name.
import { Icon } from '../icon.tsx'
import { Popover } from '../popover.tsx'

const emoji = [
  ...['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '👀'],
  ...['😀', '😄', '😅', '🤣', '🙂', '😉', '😊', '😍'],
  ...['😘', '😎', '🤔', '🤗', '😐', '🙄', '😏', '😴'],
  ...['😕', '🥲', '😭', '😡', '🤯', '😱', '🥳', '🤝'],
  ...['👎', '👏', '🙌', '💪', '✌️', '👌', '👋', '🤷'],
  ...['✅', '❌', '❓', '❗', '🔥', '✨', '💡', '💯'],
  ...['🚀', '⏰', '📎', '📅', '☕', '🍕', '🎂', '🌱'],
]
const columns = 8
const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }

export function EmojiMenu({ label, onPick }: { label: string; onPick(emoji: string): void }) {
  return (
    <Popover
      label={label}
      role="dialog"
      className="emoji-grid"
      face={<Icon name="smile" />}
      steps={steps}
    >
      {() =>
        emoji.map((one) => (
          <button key={one} type="button" onClick={() => onPick(one)}>
            {one}
          </button>
        ))
      }
    </Popover>
  )
}

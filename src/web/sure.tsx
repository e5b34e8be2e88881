// Asks once more before something that cannot be taken back.
import { Dialog } from './dialog.tsx'
import { useWords } from './words.ts'

type Props = { title: string; question: string; answer: string; onYes(): void; onClose(): void }

export function Sure({ title, question, answer, onYes, onClose }: Props) {
  const words = useWords()
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{question}</p>
      <div className="buttons">
        <button type="button" className="plain" onClick={onClose}>
          {words.cancel}
        </button>
        <button
          type="button"
          className="danger"
          onClick={() => {
            onYes()
            onClose()
          }}
        >
          {answer}
        </button>
      </div>
    </Dialog>
  )
}

// Files on their way to the next message: how far each is, or why it was refused.
import { Icon } from '../icon.tsx'
import { useSize } from '../size.ts'
import { useWords } from '../words.ts'
import type { ChosenFile, Files } from './use-files.ts'

export function ChosenFiles({ files }: { files: Files }) {
  const words = useWords()
  if (files.files.length === 0) return null
  return (
    <ul className="chosen-files" aria-label={words.files}>
      {files.files.map((one) => (
        <ChosenItem key={one.key} one={one} files={files} />
      ))}
    </ul>
  )
}

function ChosenItem({ one, files }: { one: ChosenFile; files: Files }) {
  const words = useWords()
  const size = useSize()
  const { key, file, share, id, error } = one
  return (
    <li className={error === null ? 'chosen-file' : 'chosen-file failed'}>
      <Icon name={error === null ? 'file' : 'info'} size={18} />
      <span className="chosen-name">
        <span className="line" dir="auto">
          {file.name}
        </span>
        {error === null ? (
          <small>{size(file.size)}</small>
        ) : (
          <small role="alert">
            {words.fileRefused(error)}{' '}
            <button type="button" className="quiet" onClick={() => files.again(one)}>
              {words.tryAgain}
            </button>
          </small>
        )}
        {id === null && error === null && (
          <progress value={share} max={1} aria-label={words.uploading(file.name)} />
        )}
      </span>
      <button
        type="button"
        className="bare"
        aria-label={words.removeFile(file.name)}
        onClick={() => files.remove(key)}
      >
        <Icon name="close" size={16} />
      </button>
    </li>
  )
}

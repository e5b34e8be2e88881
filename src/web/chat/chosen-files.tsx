// Files on their way to the next message: how far each is, or why it was refused.
import { Icon } from '../icon.tsx'
import { FileProgress } from '../message/file-progress.tsx'
import { useSize } from '../size.ts'
import { useWords } from '../words.ts'
import type { ChosenFile, Files } from './use-files.ts'

export function ChosenFiles({ files }: { files: Files }) {
  const words = useWords()
  if (files.files.length === 0) return null
  return (
    <ul className="chosen-files" aria-label={words.files}>
      {files.files.map((one) => (
        <ChosenItem key={one.file.clientId} one={one} files={files} />
      ))}
    </ul>
  )
}

function ChosenItem({ one: { file, error }, files }: { one: ChosenFile; files: Files }) {
  const words = useWords()
  const size = useSize()
  return (
    <li className={error === null ? 'chosen-file' : 'chosen-file failed'}>
      <Icon name={error === null ? 'file' : 'info'} size={18} />
      <span className="chosen-name">
        <span className="line" dir="auto">
          {file.name}
        </span>
        {error === null ? (
          <small>{size(file.blob.size)}</small>
        ) : (
          <small role="alert">
            {words.fileRefused(error)}{' '}
            <button type="button" className="quiet" onClick={() => files.again(file)}>
              {words.tryAgain}
            </button>
          </small>
        )}
        <FileProgress file={file} />
      </span>
      <button
        type="button"
        className="bare"
        aria-label={words.removeFile(file.name)}
        onClick={() => files.remove(file)}
      >
        <Icon name="close" size={16} />
      </button>
    </li>
  )
}

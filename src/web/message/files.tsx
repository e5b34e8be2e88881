// The files of a message: pictures, films and sounds where they stand, everything else to be kept.
import type { Attachment } from '../../contract/attachment.ts'
import { Icon } from '../icon.tsx'
import { useSize } from '../size.ts'
import { useWords } from '../words.ts'
import { Voice } from './voice.tsx'

/** `voice`: its sounds were said to somebody, not chosen from a shelf. */
type Props = { attachments: readonly Attachment[]; voice: boolean }

export function Files({ attachments, voice }: Props) {
  if (attachments.length === 0) return null
  return (
    <div className="files">
      {attachments.map((one) => (
        <FileView key={one.id} file={one} voice={voice} />
      ))}
    </div>
  )
}

function FileView({ file, voice }: { file: Attachment; voice: boolean }) {
  switch (file.kind) {
    case 'image':
      return <Picture file={file} />
    case 'video':
      return (
        <video
          className="file-film"
          controls
          preload="metadata"
          src={file.url}
          aria-label={file.name}
        />
      )
    case 'audio':
      return voice ? (
        <Voice file={file} otherwise={<Document file={file} />} />
      ) : (
        <audio controls preload="metadata" src={file.url} aria-label={file.name} />
      )
    case 'document':
      return <Document file={file} />
  }
}

/** Its place is kept while it loads, so that nothing jumps. */
function Picture({ file }: { file: Attachment }) {
  const { url, thumbnailUrl, name, width, height, placeholder } = file
  return (
    <a className="file-picture" href={url} target="_blank" rel="noopener">
      <img
        src={thumbnailUrl ?? url}
        alt={name}
        loading="lazy"
        width={width ?? undefined}
        height={height ?? undefined}
        style={placeholder === null ? undefined : { backgroundImage: `url(${placeholder})` }}
      />
    </a>
  )
}

function Document({ file }: { file: Attachment }) {
  const words = useWords()
  const size = useSize()
  return (
    // Its name is what is seen, so that one may say it as one reads it.
    <a className="file-document" href={file.url} download={file.name}>
      <Icon name="file" />
      <span>
        <span className="unseen">{words.download} </span>
        <span className="line" dir="auto">
          {file.name}
        </span>{' '}
        <small>{size(file.size)}</small>
      </span>
    </a>
  )
}

// What I wrote and is not confirmed: on its way, or failed with a way out.
import type { Pending } from '../../client/outbox.ts'
import { Icon } from '../icon.tsx'
import { Time } from '../time.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'
import { FileProgress } from './file-progress.tsx'

export function PendingBubble({ pending }: { pending: Pending }) {
  const words = useWords()
  const client = useClient()
  const { clientId, input, files = [], createdAt, error } = pending
  const voice = input.kind === 'audio'
  const discard = () => client.discard(clientId)
  return (
    <article
      className="message mine pending last"
      aria-busy={error === null}
      aria-label={words.messageFrom(words.you, error === null ? words.sending : words.notSent(''))}
    >
      <div className="bubble-column">
        <div className={error === null ? 'bubble' : 'bubble failed'}>
          {files.length > 0 && (
            <ul className="files" aria-label={words.files}>
              {files.map((file) => (
                <li key={file.clientId} className="file-document">
                  <Icon name={voice ? 'microphone' : 'file'} />
                  <span>
                    <span className="line" dir="auto">
                      {voice ? words.voiceMessage : file.name}
                    </span>
                    <FileProgress file={file} />
                  </span>
                </li>
              ))}
            </ul>
          )}
          <p className="content" dir="auto">
            {input.content ||
              (files.length === 0 && words.attachments(input.attachments?.length ?? 0))}
          </p>
          <footer>
            {error === null && <span className="unseen">{words.sending}</span>}
            {error === null && files.length > 0 && (
              <button type="button" className="quiet" onClick={discard}>
                {words.cancel}
              </button>
            )}
            <Time at={createdAt} clock />
            <Icon name={error === null ? 'clock' : 'info'} size={14} />
          </footer>
        </div>
        {error !== null && (
          <p className="failure" role="alert">
            {words.notSent(error)}{' '}
            <button type="button" className="quiet" onClick={() => client.retry(clientId)}>
              {words.tryAgain}
            </button>{' '}
            <button type="button" className="quiet" onClick={discard}>
              {words.discard}
            </button>
          </p>
        )}
      </div>
    </article>
  )
}

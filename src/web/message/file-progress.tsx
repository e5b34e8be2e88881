// How far a file is that is on its way.
import type { OutgoingFile } from '../../client/uploads.ts'
import { useClientState } from '../use-client.ts'
import { useWords } from '../words.ts'

export function FileProgress({ file: { clientId, name } }: { file: OutgoingFile }) {
  const words = useWords()
  const share = useClientState(({ shares }) => shares.get(clientId))
  if (share === undefined) return null
  return (
    <progress className="file-progress" value={share} max={1} aria-label={words.uploading(name)} />
  )
}

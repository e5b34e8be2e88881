// Who types in a thread, and how to tell that I do.
import { useEffect, useState } from 'react'
import { createTypist } from '../client/typing.ts'
import { useClient, useClientState } from './use-client.ts'

const nobody: readonly string[] = []

export function useTyping(threadId: string) {
  const client = useClient()
  const typists = useClientState((state) => state.typing.get(threadId)) ?? nobody
  const [typist] = useState(() => createTypist((typing) => client.setTyping(threadId, typing)))
  useEffect(() => typist.stop, [typist])
  return { typists, typist }
}

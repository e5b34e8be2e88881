// What I began to write in each thread, as long as the page is open.
import type { Client } from '../../client/client.ts'

// By client, so that whoever signs in next finds none of it.
const drafts = new WeakMap<Client, Map<string, string>>()

export const draftOf = (client: Client, threadId: string): string =>
  drafts.get(client)?.get(threadId) ?? ''

export function keepDraft(client: Client, threadId: string, content: string) {
  const mine = drafts.get(client) ?? new Map<string, string>()
  drafts.set(client, mine.set(threadId, content))
}

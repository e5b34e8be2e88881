// Marks as read what is on screen: the tab is visible, and the end of the thread in sight.
import { useEffect } from 'react'
import { readOf } from '../../client/timeline.ts'
import type { Timeline } from '../../client/timeline.ts'
import { useClient, useClientState } from '../use-client.ts'
import { useVisible } from '../use-visible.ts'

export function useReadMark(timeline: Timeline, lastSeq: number, atEnd: boolean) {
  const client = useClient()
  const visible = useVisible()
  const connected = useClientState((state) => state.connection.is === 'open')
  const { threadId } = timeline
  const { readSeq } = readOf(timeline, client.me.id)
  const due = visible && connected && atEnd && lastSeq > readSeq
  useEffect(() => {
    if (due) client.markRead(threadId, lastSeq)
  }, [client, threadId, due, lastSeq])
}

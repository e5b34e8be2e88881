// A member on Skein through the npm socket.io-client, as EventFlow's pages are one.
import { io } from 'socket.io-client'
import type { Ears, Member } from '../peers/peer.ts'

type Shown = { _id: string; content: string }
type Answer = { message: Shown } | { success: false; error: string }

/** A message's id ends with its seq; the load's contents begin with `message` and the clientId. */
const seqOf = ({ _id }: Shown) => Number(_id.split('-').at(-1))
const clientIdOf = ({ content }: Shown) => content.split(' ')[1] ?? null

export async function eventflowMember(
  url: string,
  { token, threadId }: { token: string; threadId?: string },
  ears: Ears,
): Promise<Member> {
  const socket = io(url, {
    ...{ transports: ['websocket'], forceNew: true, reconnection: false, auth: { token } },
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve())
    socket.once('connect_error', reject)
  })
  if (threadId !== undefined) await socket.emitWithAck('thread:join', { threadId })
  socket.on('message:received', ({ message }: { message: Shown }) => {
    ears.heard({ seq: seqOf(message), clientId: clientIdOf(message) })
  })
  socket.on('error', ({ error }: { error: string }) => ears.fault(error))
  socket.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') ears.fault(`socket closed: ${reason}`)
  })
  return {
    send: async ({ content }) => {
      const answer: Answer = await socket.emitWithAck('message:send', { threadId, content })
      if ('message' in answer) return seqOf(answer.message)
      throw new Error(answer.error)
    },
    close: () => socket.close(),
  }
}

// The Node peer and its member: the npm socket.io-client, over WebSocket only.
import { join } from 'node:path'
import { io } from 'socket.io-client'
import { startProcess } from '../process.ts'
import type { Ears, Heard, Member, Server } from '../peer.ts'

export async function startNode(): Promise<Server> {
  const script = join(import.meta.dirname, 'server.ts')
  const child = await startProcess({
    ready: 'line',
    command: (port, folder) => [process.execPath, script, String(port), folder],
  })
  let rooms = 0
  return {
    peer: 'node',
    child,
    createThread: async () => `room-${++rooms}`,
    join: (room, user, ears) => socketIoMember(child.url, { room, user }, ears),
    post: async (room, user, body) => {
      return { method: 'POST', url: `${child.url}/${room}?user=${user}`, body }
    },
    page: async (room, _, before) => {
      return { method: 'GET', url: `${child.url}/${room}?before=${before}&limit=50` }
    },
  }
}

async function socketIoMember(
  url: string,
  auth: { room: string; user: string },
  ears: Ears,
): Promise<Member> {
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false, auth })
  socket.on('message', (message: Heard) => ears.heard(message))
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve())
    socket.once('connect_error', reject)
  })
  socket.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') ears.fault(`socket closed: ${reason}`)
  })
  return {
    send: (message) => {
      return new Promise((resolve) => {
        socket.emit('send', message, (answer: Heard) => resolve(answer.seq))
      })
    },
    close: () => socket.close(),
  }
}

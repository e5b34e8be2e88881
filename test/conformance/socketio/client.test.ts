// The stock client, as its users have it: default options, WebSocket alone, long-polling alone.
import { io } from 'socket.io-client'
import type { ManagerOptions, Socket } from 'socket.io-client'
import { afterEach, describe, expect, inject, test } from 'vitest'

const open: Socket[] = []
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect()
})

function connect(namespace: string, options: object): Socket {
  const socket = io(`${inject('protocolServer')}${namespace}`, { forceNew: true, ...options })
  open.push(socket)
  return socket
}

const once = (socket: Socket, event: string): Promise<unknown[]> =>
  new Promise((resolve) => socket.once(event, (...args: unknown[]) => resolve(args)))

const kinds: Record<string, Partial<ManagerOptions>> = {
  'default options': {},
  'WebSocket alone': { transports: ['websocket'] },
  'long-polling alone': { transports: ['polling'] },
}

for (const [name, transports] of Object.entries(kinds))
  describe(name, () => {
    const auth = { token: 'abc' }

    test('connects, talks, sends binary and is acknowledged', async () => {
      const socket = connect('/', { ...transports, auth })
      expect(await once(socket, 'auth')).toEqual([auth])
      socket.emit('message', 1, { two: [null] }, Buffer.from([3, 4]))
      expect(await once(socket, 'message-back')).toEqual([1, { two: [null] }, Buffer.from([3, 4])])
      const acked: unknown = await socket.emitWithAck('message-with-ack', Buffer.from([5]))
      expect(acked).toEqual(Buffer.from([5]))
    })

    test('sends many events in order', async () => {
      const socket = connect('/', transports)
      const count = 200
      const seen: unknown[] = []
      const all = new Promise<void>((resolve) => {
        socket.on('message-back', (at: number) => {
          seen.push(at)
          if (seen.length === count) resolve()
        })
      })
      for (let at = 0; at < count; at += 1) socket.emit('message', at)
      await all
      expect(seen).toEqual(Array.from({ length: count }, (_, at) => at))
    })

    test('stays connected for many pings', async () => {
      const socket = connect('/', transports)
      await once(socket, 'connect')
      let pings = 0
      await new Promise<void>((resolve) => {
        socket.io.on('ping', () => {
          pings += 1
          if (pings === 4) resolve()
        })
      })
      expect(socket.connected).toBe(true)
    })

    test('uses several namespaces on one connection', async () => {
      const main = connect('/', { ...transports, auth })
      await once(main, 'auth')
      const custom = main.io.socket('/custom', { auth: { room: 2 } })
      open.push(custom)
      expect(await once(custom, 'auth')).toEqual([{ room: 2 }])
      expect(custom.id).not.toBe(main.id)
      const unknown = main.io.socket('/unknown')
      open.push(unknown)
      const [error] = await once(unknown, 'connect_error')
      expect((error as Error).message).toBe('Invalid namespace')
    })

    test('answers questions of the server and is told of its end', async () => {
      const socket = connect('/', { ...transports, path: '/rules.io/', reconnection: false })
      await once(socket, 'hello')
      socket.on('question', (asked: string, answer: (reply: string) => void) => {
        answer(`${asked}!`)
      })
      socket.emit('ask', 'who')
      expect(await once(socket, 'thanks')).toEqual(['who', 'who!'])
      socket.emit('kick', '/')
      expect(await once(socket, 'disconnect')).toEqual(['io server disconnect', undefined])
    })

    test('recovers its connection', async () => {
      const socket = connect('/', {
        ...{ ...transports, path: '/rules.io/', auth: { recover: true } },
        reconnectionDelay: 1,
      })
      await once(socket, 'hello')
      const { id } = socket
      socket.io.engine.close()
      await once(socket, 'missed')
      expect([socket.recovered, socket.id]).toEqual([true, id])
    })
  })

test('default options upgrade to a WebSocket and lose nothing meanwhile', async () => {
  const socket = connect('/', {})
  const names: string[] = [socket.io.engine.transport.name]
  const upgraded = new Promise<void>((resolve) => {
    socket.io.engine.on('upgrade', (transport) => {
      names.push(transport.name)
      resolve()
    })
  })
  await once(socket, 'connect')
  const acks = Promise.all(
    Array.from({ length: 50 }, (_, at) => socket.emitWithAck('message-with-ack', at)),
  )
  await upgraded
  expect(await acks).toEqual(Array.from({ length: 50 }, (_, at) => at))
  expect(names).toEqual(['polling', 'websocket'])
})

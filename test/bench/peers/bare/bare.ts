// The bare object on raw workerd, and behind Miniflare alone, the way Skein is served.
import { copyFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { nativeMember } from '../../load/native.ts'
import type { Child } from '../process.ts'
import { startProcess } from '../process.ts'
import type { PeerName, Server } from '../peer.ts'

const here = import.meta.dirname
const workerd = join(dirname(createRequire(import.meta.url).resolve('workerd/package.json')), 'bin')

export async function startBare(): Promise<Server> {
  const child = await startProcess({
    ready: 'answer',
    command: async (port, folder) => {
      await copyFile(join(here, 'object.js'), join(folder, 'object.js'))
      await writeFile(join(folder, 'config.capnp'), config(port, folder))
      return [join(workerd, 'workerd'), 'serve', '--experimental', join(folder, 'config.capnp')]
    },
  })
  return bareServer('bare', child)
}

export async function startBareMiniflare(): Promise<Server> {
  const child = await startProcess({
    ready: 'line',
    command: (port, folder) => [process.execPath, join(here, 'miniflare.ts'), String(port), folder],
  })
  return bareServer('bareMiniflare', child)
}

function bareServer(peer: PeerName, child: Child): Server {
  let rooms = 0
  return {
    peer,
    child,
    createThread: async () => `room-${++rooms}`,
    join: (threadId, userId, ears) => {
      const url = `${child.url}/rooms/${threadId}/ws?user=${userId}`
      return nativeMember({ url: url.replace('http', 'ws'), protocols: [], threadId, ears })
    },
    post: async (threadId, userId, body) => {
      return { method: 'POST', url: `${child.url}/rooms/${threadId}?user=${userId}`, body }
    },
    page: async (threadId, _, before) => {
      return { method: 'GET', url: `${child.url}/rooms/${threadId}?before=${before}&limit=50` }
    },
  }
}

const config = (port: number, folder: string) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "disk", disk = (path = "${folder}", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  compatibilityDate = "2026-11-01",
  modules = [(name = "object.js", esModule = embed "object.js")],
  bindings = [(name = "ROOM", durableObjectNamespace = "Room")],
  durableObjectNamespaces = [(className = "Room", uniqueKey = "room", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
);
`

// Skein as `npm start` serves it, with the limits of a person's use turned off.
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { call } from '../load/http.ts'
import { eventflowMember } from '../load/eventflow.ts'
import { nativeMember, nativeSocket } from '../load/native.ts'
import type { NativeSocket } from '../load/native.ts'
import { startProcess } from './process.ts'
import type { Ears, HttpRequest, Member, Server } from './peer.ts'

const root = join(import.meta.dirname, '../../..')
const start = join(root, 'src/cli/start.ts')
/** The documented secret of local use. */
const secret = new TextEncoder().encode('skein-development-secret-change-me-0123456789')
export const administrator = 'bench-administrator'
const limits = ['MAX_MESSAGES_PER_MINUTE=0', 'MAX_EVENTS_PER_MINUTE=0']

export type Skein = Server & {
  /** A REST request in somebody's name. */
  as(
    userId: string,
    method: HttpRequest['method'],
    path: string,
    body?: unknown,
  ): Promise<HttpRequest>
  /** The same member by the npm socket.io-client. */
  joinSocketIo: Server['join']
  /** Somebody's connection by it, of all their threads. */
  connectSocketIo(userId: string, ears: Ears): Promise<Member>
  /** Somebody's socket at `/v1/ws`, or at a thread's own address. */
  socket(userId: string, path: string, ears: Ears): Promise<NativeSocket>
}

/** `env`: of its process alone. */
export async function startSkein(env?: Record<string, string>): Promise<Skein> {
  const child = await startProcess({
    env,
    ready: 'line',
    command: (port, folder) => [
      process.execPath,
      start,
      '--port',
      String(port),
      '--state',
      folder,
      ...limits.flatMap((limit) => ['--set', limit]),
    ],
  })
  const api = `${child.url}/v1`
  const tokens = new Map<string, Promise<string>>()
  const tokenOf = (userId: string) => {
    const token = tokens.get(userId) ?? signToken(userId)
    tokens.set(userId, token)
    return token
  }
  const as: Skein['as'] = async (userId, method, path, body) => {
    const headers = { authorization: `Bearer ${await tokenOf(userId)}` }
    return { method, url: api + path, headers, body }
  }
  const upgrade = async (userId: string, path: string) => ({
    url: api.replace('http', 'ws') + path,
    protocols: ['skein.v1', `bearer.${await tokenOf(userId)}`],
  })
  return {
    peer: 'skein',
    child,
    as,
    socket: async (userId, path, ears) => nativeSocket({ ...(await upgrade(userId, path)), ears }),
    createThread: async ([creator = '', ...participants]) => {
      const thread = { type: 'group', title: 'Bench', participants }
      return (await call<{ id: string }>(await as(creator, 'POST', '/threads', thread))).id
    },
    join: async (threadId, userId, ears) => {
      const native = await upgrade(userId, `/threads/${threadId}/ws`)
      return nativeMember({ ...native, threadId, ears })
    },
    joinSocketIo: async (threadId, userId, ears) => {
      return eventflowMember(child.url, { threadId, token: await tokenOf(userId) }, ears)
    },
    connectSocketIo: async (userId, ears) => {
      return eventflowMember(child.url, { token: await tokenOf(userId) }, ears)
    },
    post: (threadId, userId, message) => {
      return as(userId, 'POST', `/threads/${threadId}/messages`, message)
    },
    page: (threadId, userId, before) => {
      return as(userId, 'GET', `/threads/${threadId}/messages?before=${before}&limit=50`)
    },
  }
}

const signToken = (userId: string) =>
  new SignJWT({ name: userId, role: userId === administrator ? 'admin' : 'user' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime('2h')
    .sign(secret)

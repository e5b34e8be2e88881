// `npm start -- --demo`: a server with life in it, for a first look.
import { ChatError } from '../../contract/errors.ts'
import { UsageError } from '../failure.ts'
import { guest, people, title } from './chat.ts'
import { play } from './play.ts'
import { seed } from './seed.ts'
import type { Scene } from './seed.ts'

const off = /^(false|0|no|off|n|disabled)$/i

/** The demo makes people up, and signs in as them: it is for no server that others use. */
export function refuseDemo({ ENVIRONMENT = 'local', DEV_LOGIN = '' }: Record<string, string>) {
  if (ENVIRONMENT !== 'local')
    throw new UsageError(`--demo: is for ENVIRONMENT local, and this one is ${ENVIRONMENT}`)
  if (off.test(DEV_LOGIN)) throw new UsageError('--demo: needs DEV_LOGIN, which is off')
}

/** Resolves when all is said, or `signal` says that the server stops. */
export async function playDemo(url: string, signal: AbortSignal): Promise<void> {
  const scene = await begin(url, signal)
  if (scene === null) return
  console.log(`Demo: open ${url} and sign in as ${guest.id}. ${names} are talking in ${title}.`)
  await play(url, scene, signal)
  if (!signal.aborted)
    console.log('Demo: all is said. Once more from the beginning: another --state DIR.')
}

const names = people.map(([, name]) => name).join(', ')

async function begin(url: string, signal: AbortSignal): Promise<Scene | null> {
  try {
    return await seed(url)
  } catch (error) {
    if (signal.aborted) return null
    if (!(error instanceof ChatError)) throw error
    throw new UsageError(`The demo cannot begin in this --state: ${error.message}`)
  }
}

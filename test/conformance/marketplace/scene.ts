// Two people of a marketplace who talk, one of them with a service to offer; and a stranger.
import { expect } from 'vitest'
import type { Message } from '../../../src/contract/message.ts'
import type { Someone } from '../../integration/fixtures.ts'
import { aThread, call, send, signIn } from '../../integration/fixtures.ts'
import type { Answer } from '../fixtures.ts'
import { request } from '../fixtures.ts'

export type Shape = Record<string, unknown> & { _id: string }
export type Listed = { data: Shape[]; pagination: Record<string, unknown> }

export type Scene = {
  /** Offers `pkg123`. */
  anna: Someone
  ben: Someone
  eve: Someone
  id: string
  mine: Message
  theirs: Message
}

/** The package of the document's examples. */
export const massage = {
  id: 'pkg123',
  name: 'Massage Relaxant',
  price: 80,
  currency: 'FCFA',
  duration: '1 hour',
}

/** A request at the dialect's prefix. */
export const ask = <T = Shape>(
  user: Someone | null,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Answer<T>> => request<T>(user, method, `/marketplace${path}`, body, headers)

export async function aScene(): Promise<Scene> {
  const [anna, ben, eve] = [await signIn('Anna'), await signIn('Ben'), await signIn('Eve')]
  await call(anna, 'PATCH', '/me', { servicePackages: [massage] })
  const { id } = await aThread(anna, [ben])
  const mine = await send(anna, id, 'mine')
  const theirs = await send(ben, id, 'theirs')
  return { anna, ben, eve, id, mine, theirs }
}

/** Readings: errors `{success:false,error,statusCode}`. */
export const refusal = (statusCode: number) => ({
  success: false,
  error: expect.any(String),
  statusCode,
})

/** "formData.append('file', fileInput.files[0])", as many times as there are files. */
export function aForm(files: Record<string, Uint8Array>): FormData {
  const form = new FormData()
  for (const [name, bytes] of Object.entries(files))
    form.append('file', new File([new Uint8Array(bytes)], name))
  return form
}

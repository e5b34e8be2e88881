// A program that uses the client: two people in one thread, through a server that is killed meanwhile.
// Runs in Node and in Deno. It says on stdout, a line of JSON each, how far it is.
import { createClient } from '../../../src/client/client.ts'
import type { Client } from '../../../src/client/client.ts'
import { createRest } from '../../../src/client/rest.ts'

declare const process: { argv: string[]; exit(code: number): never }

/** Where the server is, and what to call the two. */
const [url = '', annId = '', benId = ''] = process.argv.slice(2)
const say = (step: string, what: unknown = null) => console.log(JSON.stringify({ step, what }))

function start(id: string): Client {
  const { devToken } = createRest({ base: url })
  const token = () => devToken(id, { name: id })
  const socketUrl = `${url.replace('http', 'ws')}/v1/ws`
  return createClient({ rest: createRest({ base: url, token }), socketUrl, token, me: { id } })
}

/** Resolves once the client's state is so. */
function until(client: Client, fits: () => boolean): Promise<void> {
  if (fits()) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = client.subscribe(() => {
      if (!fits()) return
      stop()
      resolve()
    })
  })
}

const isOpen = (client: Client) => () => client.state().connection.is === 'open'
const textsOf = (client: Client, threadId: string) =>
  (client.state().timelines.get(threadId)?.entries ?? []).map(({ message }) => message?.content)

const filesOf = (client: Client, threadId: string) =>
  (client.state().timelines.get(threadId)?.entries ?? []).flatMap(({ message }) =>
    (message?.attachments ?? []).map(({ name }) => name),
  )

const [ann, ben] = [start(annId), start(benId)]
await Promise.all([until(ann, isOpen(ann)), until(ben, isOpen(ben))])
const threadId = await ann.createThread({ participants: [benId] })
await Promise.all([ann.open(threadId), ben.open(threadId)])

ann.setTyping(threadId, true)
await until(ben, () => ben.state().typing.get(threadId)?.includes(annId) === true)
ann.send({ threadId, content: 'Hello' })
await until(ben, () => textsOf(ben, threadId).includes('Hello'))
const bytes = new TextEncoder().encode('by the client')
const { id } = await ann.upload({ name: 'note.txt', blob: new Blob([bytes]) })
ann.send({ threadId, content: 'With a file', attachments: [id] })
await until(ben, () => textsOf(ben, threadId).length === 2)
say('talked')

await until(ann, () => !isOpen(ann)())
ann.send({ threadId, content: 'One' })
const late = {
  clientId: crypto.randomUUID(),
  name: 'late.txt',
  blob: new Blob(['written offline']),
}
ann.send({ threadId, content: 'Two' }, [late])
ann.send({ threadId, content: 'Three' })
say('queued', ann.state().outbox.length)

const all = ['Hello', 'With a file', 'One', 'Two', 'Three']
await until(ben, () => textsOf(ben, threadId).length === all.length)
await until(ann, () => ann.state().outbox.length === 0)
await until(ben, () => filesOf(ben, threadId).join() === 'note.txt,late.txt')
say('resumed', textsOf(ben, threadId))
await Promise.all([ann.stop(), ben.stop()])
process.exit(0)

// Real files of each family through every dialect: sent by one person's client, found in what another
// one's lists, and fetched by them, byte for byte; a stranger gets nothing.
import { describe, expect, test } from 'vitest'
import { dialects } from '../../src/dialects/all.ts'
import { documents, media, pictures } from '../integration/files.ts'
import { aGroup, origin, signIn } from '../integration/fixtures.ts'
import { anAttachment, download } from '../integration/uploads.ts'
import { request } from './fixtures.ts'

/** Where a message goes, how it names a file, and where messages are listed. */
type Way = {
  send: (id: string) => string
  body: (url: string) => object
  list: (id: string) => string
}

const conversation = (base: string) => (id: string) => `${base}/conversations/${id}/messages`

const ways: Record<string, Way> = {
  eventflow: {
    send: (id) => `/api/v2/messages/${id}`,
    body: (url) => ({ content: 'a file', attachments: [{ url }] }),
    list: (id) => `/api/v2/messages/${id}?limit=100`,
  },
  booking: {
    send: conversation('/messaging'),
    body: (url) => ({ content: 'a file', messageType: 'file', attachments: [{ url }] }),
    list: conversation('/messaging'),
  },
  marketplace: {
    send: conversation('/api'),
    body: (fileUrl) => ({ content: 'a file', type: 'file', metadata: { fileUrl } }),
    list: conversation('/api'),
  },
  therapy: {
    send: conversation('/messaging'),
    body: (attachmentUrl) => ({ content: 'a file', messageType: 'FILE', attachmentUrl }),
    list: conversation('/messaging'),
  },
  mentorship: {
    send: () => '/api/messages',
    body: (url) => ({ content: 'a file', type: 'file', attachments: [{ url }] }),
    list: (id) => `/api/messages/room/${id}`,
  },
}

const families = Object.entries({ ...pictures, ...media, ...documents })

test('every dialect is here', () => {
  expect(Object.keys(ways).toSorted()).toEqual([...dialects.keys()].toSorted())
})

describe.each(Object.entries(ways))('%s', (name, { send, body, list }) => {
  test('brings files of each family, byte for byte', async () => {
    const [ann, ben, eve] = [await signIn('Ann'), await signIn('Ben'), await signIn('Eve')]
    const { id } = await aGroup(ann, [ben])
    for (const [kind, bytes] of families) {
      const ending = kind === 'jpeg' ? 'jpg' : kind === 'voice' ? 'webm' : kind
      // oxlint-disable-next-line no-await-in-loop -- in an order, at a person's pace
      const file = await anAttachment(ann, bytes, `${kind}.${ending}`)
      const url = `${origin}${file.url}`
      const said = { ...body(url), ...(name === 'mentorship' && { roomId: id }) }
      const words = { ...said, content: `a file: ${kind}` }
      // oxlint-disable-next-line no-await-in-loop -- as above
      const { status } = await request(ann, 'POST', `/${name}${send(id)}`, words)
      expect([kind, status]).toEqual([kind, 201])
      // oxlint-disable-next-line no-await-in-loop -- as above
      const listed = await request(ben, 'GET', `/${name}${list(id)}`)
      const path = url.slice(origin.length)
      expect(JSON.stringify(listed.body)).toContain(`"${url}"`)
      // oxlint-disable-next-line no-await-in-loop -- as above
      const [got, refused] = [await download(ben, path), await download(eve, path)]
      expect([kind, got.bytes]).toEqual([kind, bytes])
      expect(refused.status).toBe(404)
    }
  })
})

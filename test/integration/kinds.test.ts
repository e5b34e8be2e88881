// What the kinds of message that are more than words must say of themselves.
import { describe, expect, test } from 'vitest'
import type { Message, SendKind } from '../../src/contract/message.ts'
import { aGroup, call, refusal, send, signIn } from './fixtures.ts'

const slot = { servicePackageId: 'pkg123', requestedDate: '2024-02-15', requestedTime: '14:30' }
const anna = await signIn('Anna')

describe('what a kind of message must hold', () => {
  type Kind = (typeof SendKind)['options'][number]
  test.each<[field: string, kind: Kind, metadata?: object]>([
    ['metadata.latitude', 'location'],
    ['metadata.longitude', 'location', { latitude: 1 }],
    ['metadata.latitude', 'location', { latitude: 91, longitude: 0 }],
    ['metadata.servicePackageId', 'service_offer', {}],
    ['metadata.expiresAt', 'service_offer', { servicePackageId: 'pkg123', expiresAt: 'soon' }],
    ['metadata.requestedTime', 'booking_request', { ...slot, requestedTime: '25:00' }],
    ['metadata.requestedDate', 'booking_request', { ...slot, requestedDate: 'monday' }],
    ['metadata.fileSize', 'image', { fileSize: 'large' }],
  ])('%s of %s: %j', async (field, kind, metadata) => {
    const { id } = await aGroup(anna, [])
    const { status, body } = await call<Message>(anna, 'POST', `/threads/${id}/messages`, {
      content: 'x',
      kind,
      metadata,
    })
    const { error } = body as unknown as { error: { message: string } }
    expect([status, error.message.split(':')[0]]).toEqual([400, field])
    expect((await call<{ items: [] }>(anna, 'GET', `/threads/${id}/messages`)).body.items).toEqual(
      [],
    )
  })

  test('more may stand beside it, and an edit must hold it too', async () => {
    const { id } = await aGroup(anna, [])
    const metadata = { latitude: 3.9, longitude: 11.5, address: 'Yaoundé', zoom: 3 }
    const sent = await send(anna, id, 'here', { kind: 'location', metadata })
    expect(sent.metadata).toEqual(metadata)
    const change = { content: 'there', metadata: { latitude: 'north' } }
    const changed = await call(anna, 'PATCH', `/messages/${sent.id}`, change)
    expect(refusal(changed)).toEqual([400, 'invalid'])
  })
})

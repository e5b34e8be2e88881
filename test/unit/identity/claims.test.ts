// What a token says about its user.
import { describe, expect, test } from 'vitest'
import { verifyToken } from '../../../src/identity/token.ts'
import { aRawToken, aSettings, outcome } from './fixtures.ts'

const actorOf = async (claims: Record<string, unknown>) =>
  verifyToken(await aRawToken(claims), aSettings())

const alice = (claims: Record<string, unknown>) => actorOf({ sub: 'alice', ...claims })

describe('the user', () => {
  test.each([
    ['sub', { sub: 'alice' }, 'alice'],
    ['id', { id: 'bob' }, 'bob'],
    ['userId', { userId: 'carol' }, 'carol'],
    ['sub before the others', { userId: 'carol', id: 'bob', sub: 'alice' }, 'alice'],
    ['id before userId', { userId: 'carol', id: 'bob' }, 'bob'],
    ['128 characters', { sub: 'x'.repeat(128) }, 'x'.repeat(128)],
    ['an e-mail address', { sub: 'a+b@example.com' }, 'a+b@example.com'],
    [
      'a provider’s form',
      { sub: 'auth0|5f7c8ec7c33c6c004bbafe82' },
      'auth0|5f7c8ec7c33c6c004bbafe82',
    ],
    ['another script', { sub: 'ユーザー' }, 'ユーザー'],
  ])('%s', async (_name, claims, expected) => {
    expect((await actorOf(claims)).id).toBe(expected)
  })

  test.each([
    ['none at all', {}],
    ['an empty sub, though id is there', { sub: '', id: 'bob' }],
    ['129 characters', { sub: 'x'.repeat(129) }],
    ['a control character', { sub: 'ali\u0000ce' }],
    ['a line break', { sub: 'alice\n' }],
    ['a direction mark', { sub: 'alice\u202e' }],
    ['an isolate', { sub: '\u2066alice\u2069' }],
    ['a left-to-right mark', { sub: 'alice\u200e' }],
    ['half a character', { sub: 'alice\ud800' }],
    ['a number', { sub: 42 }],
    ['a list', { sub: ['alice'] }],
    ['an object', { sub: { id: 'alice' } }],
  ])('refused: %s', async (_name, claims) => {
    expect(await outcome(actorOf(claims))).toBe('unauthenticated')
  })
})

describe('the name', () => {
  test.each([
    ['name', { name: 'Alice Adams' }, 'Alice Adams'],
    ['first and last', { first_name: 'Alice', last_name: 'Adams' }, 'Alice Adams'],
    ['first only', { first_name: 'Alice' }, 'Alice'],
    ['last only', { last_name: 'Adams' }, 'Adams'],
    ['name before its parts', { name: 'Al', first_name: 'Alice', last_name: 'Adams' }, 'Al'],
    ['blanks around it', { name: '  Alice ' }, 'Alice'],
    ['a blank name, but parts', { name: ' ', first_name: 'Alice' }, 'Alice'],
    ['none', {}, null],
    ['blank', { name: '   ' }, null],
    ['a number', { name: 7 }, null],
    ['null', { name: null }, null],
    ['101 characters are cut', { name: 'x'.repeat(101) }, 'x'.repeat(100)],
    ['no half character at the cut', { name: 'x'.repeat(99) + '😀' }, 'x'.repeat(99)],
  ])('%s', async (_name, claims, expected) => {
    expect((await alice(claims)).name).toBe(expected)
  })
})

describe('the parts of a name', () => {
  test.each([
    ['both', { first_name: ' Mary Ann ', last_name: 'Smith' }, 'Mary Ann', 'Smith'],
    ['one', { first_name: 'Ann', last_name: ' ' }, 'Ann', undefined],
    ['too long', { last_name: 'x'.repeat(101) }, undefined, 'x'.repeat(100)],
    ['a name is not taken apart', { name: 'Ann Smith' }, undefined, undefined],
  ])('%s', async (_name, claims, firstName, lastName) => {
    expect(await alice(claims)).toMatchObject({ firstName, lastName })
  })
})

describe('the picture', () => {
  test.each([
    ['https', 'https://img.example/a.png', 'https://img.example/a.png'],
    ['http', 'http://img.example/a.png', 'http://img.example/a.png'],
    ['as the URL parser writes it', 'https://IMG.example/"a"', 'https://img.example/%22a%22'],
    ['a script', 'javascript:alert(1)', null],
    ['data', 'data:image/png;base64,AAAA', null],
    ['a path', '/a.png', null],
    ['too long', `https://img.example/${'x'.repeat(3000)}`, null],
    ['a number', 5, null],
    ['absent', undefined, null],
  ])('%s', async (_name, picture, expected) => {
    expect((await alice({ picture })).avatarUrl).toBe(expected)
  })
})

describe('email, role and tier', () => {
  test.each([
    ['an address', 'alice@example.com', 'alice@example.com'],
    ['another script', 'ユーザー@例え.jp', 'ユーザー@例え.jp'],
    ['no address', 'alice', null],
    ['a header of its own', 'a@example.com\nBcc: all@example.com', null],
    ['a list', ['alice@example.com'], null],
  ])('email: %s', async (_name, email, expected) => {
    expect((await alice({ email })).email).toBe(expected)
  })

  test.each([
    ['admin', 'admin', 'admin'],
    ['the application’s own', 'THERAPIST', 'THERAPIST'],
    ['blanks do not make an admin', ' admin', ' admin'],
    ['a list', ['admin'], 'user'],
    ['an object', { admin: true }, 'user'],
    ['empty', '', 'user'],
    ['endless', 'x'.repeat(1000), 'user'],
    ['absent', undefined, 'user'],
  ])('role: %s', async (_name, role, expected) => {
    expect((await alice({ role })).role).toBe(expected)
  })

  test.each([
    ['pro', 'pro', 'pro'],
    ['a number', 3, 'free'],
    ['absent', undefined, 'free'],
  ])('tier: %s', async (_name, tier, expected) => {
    expect((await alice({ tier })).tier).toBe(expected)
  })
})

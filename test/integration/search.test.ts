// Search, as people and dialects use it: over REST, against the real index.
import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { Input, Output } from '../../src/contract/operations.ts'
import { aGroup, aThread, call, refusal, send, signIn, threadObject } from './fixtures.ts'
import type { Someone } from './fixtures.ts'

type Found = Output<'message.search'>
type Fields = Omit<Input<'message.search'>, 'q'>

async function search(user: Someone, q: string, fields: Fields = {}): Promise<Found> {
  const pairs = Object.entries({ q, ...fields }).map(([name, value]) => [name, String(value)])
  const query = new URLSearchParams(pairs).toString()
  const { status, body } = await call<Found>(user, 'GET', `/search?${query}`)
  if (status !== 200) throw new Error(`no answer to ${q}: ${JSON.stringify(body)}`)
  return body
}

/** What was found, as text, in its order. */
const texts = async (user: Someone, q: string, fields?: Fields) =>
  (await search(user, q, fields)).items.map(({ message }) => message.content)

/** Lets the alarm bring what the index does not have yet. */
const indexed = (threadId: string) => runDurableObjectAlarm(threadObject(threadId))

/** A group of its own with these messages, all by its owner. */
async function aLog(owner: Someone, others: Someone[], lines: string[], title = 'Log') {
  const thread = await aGroup(owner, others, { title })
  for (const line of lines) await send(owner, thread.id, line)
  await indexed(thread.id)
  return thread
}

describe('words', () => {
  test('all must match, whole, whatever their case and accents', async () => {
    const ann = await signIn('Ann')
    await aLog(
      ann,
      [],
      [
        'The Crème Brûlée is ready',
        'creme without the other',
        'brulees are many, creme one',
        'БЕРЁЗА и ёлка',
        'Straße nach Łódź',
      ],
    )
    expect(await texts(ann, 'creme BRULEE')).toEqual(['The Crème Brûlée is ready'])
    expect(await texts(ann, 'crème brûl*')).toHaveLength(2)
    expect(await texts(ann, 'береза')).toEqual(['БЕРЁЗА и ёлка'])
    expect(await texts(ann, 'strasse lodz')).toEqual(['Straße nach Łódź'])
    expect(await texts(ann, 'bru')).toEqual([])
  })

  test('phrases, exclusions, beginnings', async () => {
    const ann = await signIn('Ann')
    await aLog(ann, [], ['red green blue', 'green red blue', 'red, green! yellow'])
    expect(await texts(ann, '"red green"')).toEqual(['red, green! yellow', 'red green blue'])
    expect(await texts(ann, 'red-green -yellow')).toEqual(['red green blue'])
    expect(await texts(ann, 'red -"red green"')).toEqual(['green red blue'])
    expect(await texts(ann, 'gre* yel*')).toEqual(['red, green! yellow'])
    expect(await texts(ann, '"red gr"*')).toHaveLength(2)
    expect(await texts(ann, 'red -gr*')).toEqual([])
    expect(await texts(ann, '-yellow')).toHaveLength(2)
  })

  test('where no spaces are between words, any part of one or more characters', async () => {
    const ann = await signIn('Ann')
    await aLog(
      ann,
      [],
      ['我明天去上海出差', '東京都に住んでいます', '회의는 안녕하세요', 'iPhone手机壳', 'สวัสดีครับ'],
    )
    for (const [part, whole] of [
      ['上海', '我明天去上海出差'],
      ['差', '我明天去上海出差'],
      ['去上海出', '我明天去上海出差'],
      ['京都', '東京都に住んでいます'],
      ['회의', '회의는 안녕하세요'],
      ['녕하', '회의는 안녕하세요'],
      ['手机', 'iPhone手机壳'],
      ['iphone手机', 'iPhone手机壳'],
      ['สวัสดี', 'สวัสดีครับ'],
    ] as const)
      expect(await texts(ann, part), part).toEqual([whole])
    expect(await texts(ann, '海上')).toEqual([])
    expect(await texts(ann, '上海 明天')).toEqual(['我明天去上海出差'])
  })

  test('are those that people read, not the tags around them', async () => {
    const ann = await signIn('Ann')
    const thread = await aGroup(ann, [])
    await send(ann, thread.id, '<p>Foo<b>bar</b></p><p>fish &amp; chips</p>', { format: 'html' })
    await indexed(thread.id)
    const { items } = await search(ann, 'foobar "fish chips"')
    expect(items.map(({ snippet }) => snippet)).toEqual(['Foobar fish & chips'])
    expect(await texts(ann, 'amp')).toEqual([])
  })

  test('no text breaks a query', async () => {
    const ann = await signIn('Ann')
    await aLog(ann, [], ['quotes in here', 'NEAR and NOT, quotes'])
    expect(await texts(ann, '"unbalanced ( quotes*')).toEqual([])
    expect(await texts(ann, '"in here')).toEqual(['quotes in here'])
    expect(await texts(ann, 'quotes NOT NEAR')).toEqual(['NEAR and NOT, quotes'])
    for (const q of [
      '"',
      '*',
      '-',
      '(((',
      'text:quotes',
      'facts : "all"',
      'NEAR(a b, 5)',
      "'; DROP TABLE words; --",
      '^quotes',
      'quotes AND OR NOT',
      '\u0000 quotes \ud800',
      'from: in: has: is: on:',
      'before:never after:2026-99-99',
      'in:"',
      '{text facts} : x',
      'a b '.repeat(124),
    ])
      expect(Array.isArray(await texts(ann, q)), q).toBe(true)
    for (const q of ['', '   ']) {
      const answer = await call(ann, 'GET', `/search?q=${encodeURIComponent(q)}`)
      expect(refusal(answer)).toEqual([400, 'invalid'])
      expect(JSON.stringify(answer.body)).toContain('"path":"q"')
    }
    expect(refusal(await call(ann, 'GET', '/search'))).toEqual([400, 'invalid'])
    expect(refusal(await call(ann, 'GET', '/search?q=x&cursor=nonsense'))).toEqual([400, 'invalid'])
    expect(refusal(await call(ann, 'GET', '/search?q=x&limit=51'))).toEqual([400, 'invalid'])
    expect(refusal(await call(ann, 'GET', '/search?q=x&since=soon'))).toEqual([400, 'invalid'])
  })
})

describe('operators', () => {
  test('from: a user id, a name, or me', async () => {
    const [ann, bob] = [await signIn('Ann'), await signIn('Bób Smith')]
    const { id } = await aThread(ann, [bob])
    await send(ann, id, 'hello from ann')
    await send(bob, id, 'hello from bob')
    await indexed(id)
    for (const who of [bob.id.split(' ')[0] === bob.id ? bob.id : 'smith', 'smith', '"bob smith"'])
      expect(await texts(ann, `hello from:${who}`), who).toEqual(['hello from bob'])
    expect(await texts(ann, `from:${ann.id}`)).toEqual(['hello from ann'])
    expect(await texts(ann, 'hello from:me')).toEqual(['hello from ann'])
    expect(await texts(ann, 'hello -from:smith')).toEqual(['hello from ann'])
    expect(await texts(ann, 'hello from:nobody')).toEqual([])
    expect(await texts(ann, 'hello', { senderId: bob.id })).toEqual(['hello from bob'])
    expect(await texts(ann, 'hello from:me', { senderId: bob.id })).toEqual([])
  })

  test('in: a thread id or words of its title', async () => {
    const ann = await signIn('Ann')
    const trip = await aLog(ann, [], ['pack the tent'], 'Trip to Málaga')
    await aLog(ann, [], ['pack the boxes'], 'Moving')
    expect(await texts(ann, `pack in:${trip.id}`)).toEqual(['pack the tent'])
    expect(await texts(ann, 'pack in:malaga')).toEqual(['pack the tent'])
    expect(await texts(ann, 'pack in:"trip malaga"')).toEqual(['pack the tent'])
    expect(await texts(ann, 'pack -in:trip')).toEqual(['pack the boxes'])
    expect(await texts(ann, 'pack in:nowhere')).toEqual([])
    expect(await texts(ann, 'pack', { threadId: trip.id })).toEqual(['pack the tent'])
  })

  test('has: a link, a file, an image', async () => {
    const ann = await signIn('Ann')
    const { id } = await aLog(ann, [], ['see https://example.com/a', 'see nothing'])
    await send(ann, id, 'see this', { kind: 'image' })
    await send(ann, id, 'see that', { kind: 'file' })
    await indexed(id)
    expect(await texts(ann, 'see has:link')).toEqual(['see https://example.com/a'])
    expect(await texts(ann, 'has:image')).toEqual(['see this'])
    expect(await texts(ann, 'has:file')).toEqual(['see that', 'see this'])
    expect(await texts(ann, 'see -has:file -has:link')).toEqual(['see nothing'])
    expect(await texts(ann, 'see', { hasAttachments: true })).toHaveLength(2)
    expect(await texts(ann, 'see', { hasAttachments: false })).toHaveLength(2)
  })

  test('is: what I have not read', async () => {
    const [ann, bob] = [await signIn('Ann'), await signIn('Bob')]
    const { id } = await aLog(ann, [bob], ['note one', 'note two', 'note three'])
    await call(bob, 'POST', `/threads/${id}/read`, { seq: 2 })
    await indexed(id)
    expect(await texts(bob, 'note is:unread')).toEqual(['note three'])
    expect(await texts(bob, 'note', { state: 'read' })).toEqual(['note two', 'note one'])
    expect(await texts(bob, '-is:unread')).toEqual(['note two', 'note one'])
    expect(await texts(ann, 'note is:unread')).toEqual([])
  })

  test('before: after: on: days and times, in UTC', async () => {
    const admin = await signIn('Admin', { role: 'admin' })
    const lines = [
      ['2026-01-31T23:59:00Z', 'tide last of january'],
      ['2026-02-01T00:00:00Z', 'tide first of february'],
      ['2026-02-02T12:00:00Z', 'tide second of february'],
    ].map(([at, text], line) => ({ log: 'days', line, at, nick: 'ann', text }))
    await importLines(admin, lines)
    const [january, first, second] = lines.map(({ text }) => text)
    for (const [q, expected] of [
      ['before:2026-02-01', [january]],
      ['after:2026-02-01', [second]],
      ['on:2026-02-01', [first]],
      ['on:2026-02', [second, first]],
      ['after:2026-01-31T23:59', [second, first]],
      ['after:2026-01-31 before:2026-02-02', [first]],
    ] as const)
      expect(await texts(admin, `tide ${q}`), q).toEqual(expected)
    const february = { since: '2026-02-01', until: '2026-02-02' }
    expect(await texts(admin, 'tide', february)).toEqual([second, first])
  })
})

describe('who finds what', () => {
  test('nobody finds anything in a thread that is not theirs', async () => {
    const [ann, eve] = [await signIn('Ann'), await signIn('Eve', { role: 'admin' })]
    const { id } = await aLog(ann, [], ['the secret sauce'])
    for (const q of ['secret', `in:${id}`, `secret in:${id}`, `from:${ann.id}`, '-nothing'])
      expect(await texts(eve, q), q).toEqual([])
    expect((await search(eve, 'secret', { total: true })).total).toBe(0)
  })

  test('what a member came too late for, or hid, or left behind', async () => {
    const [ann, bob] = [await signIn('Ann'), await signIn('Bob')]
    const thread = await aGroup(ann, [], { metadata: { historyFrom: 'join' } })
    await send(ann, thread.id, 'plan before')
    await call(ann, 'POST', `/threads/${thread.id}/members`, { userId: bob.id })
    const hidden = await send(ann, thread.id, 'plan hidden')
    await send(ann, thread.id, 'plan after')
    await call(bob, 'DELETE', `/messages/${hidden.id}?for=me`)
    await indexed(thread.id)
    expect(await texts(bob, 'plan')).toEqual(['plan after'])
    expect((await search(bob, 'plan', { total: true })).total).toBe(1)
    expect(await texts(ann, 'plan')).toHaveLength(3)
    await call(bob, 'DELETE', `/threads/${thread.id}`)
    expect(await texts(bob, 'plan')).toEqual([])
  })

  test('nothing that somebody said after being blocked', async () => {
    const [ann, bob] = [await signIn('Ann'), await signIn('Bob')]
    const thread = await aGroup(ann, [bob])
    await send(bob, thread.id, 'noise before')
    await call(ann, 'PUT', `/blocks/${bob.id}`)
    await send(bob, thread.id, 'noise after')
    await indexed(thread.id)
    expect(await texts(ann, 'noise')).toEqual(['noise before'])
    expect(await texts(bob, 'noise')).toHaveLength(2)
    await call(ann, 'DELETE', `/blocks/${bob.id}`)
    expect(await texts(ann, 'noise')).toHaveLength(2)
  })

  test('nobody but themselves what the shadow-banned say', async () => {
    const admin = await signIn('Admin', { role: 'admin' })
    const [ann, bob] = [await signIn('Ann'), await signIn('Bob')]
    const thread = await aLog(ann, [bob], ['gossip by ann'])
    const ban = { reason: 'rude', shadow: true }
    expect((await call(admin, 'PUT', `/admin/bans/${bob.id}`, ban)).status).toBe(200)
    await send(bob, thread.id, 'gossip by bob')
    await indexed(thread.id)
    expect(await texts(ann, 'gossip')).toEqual(['gossip by ann'])
    expect((await search(ann, 'gossip', { total: true })).total).toBe(1)
    expect((await texts(bob, 'gossip')).toSorted()).toEqual(['gossip by ann', 'gossip by bob'])
  })

  test('edits and deletions reach the index; reactions cost it nothing', async () => {
    const ann = await signIn('Ann')
    const thread = await aGroup(ann, [])
    const kept = await send(ann, thread.id, 'the old wording')
    const gone = await send(ann, thread.id, 'the old mistake')
    await indexed(thread.id)
    await call(ann, 'PATCH', `/messages/${kept.id}`, { content: 'a new wording' })
    await call(ann, 'DELETE', `/messages/${gone.id}`)
    expect(await texts(ann, 'mistake')).toEqual([])
    await indexed(thread.id)
    expect(await texts(ann, 'old')).toEqual([])
    expect(await texts(ann, 'new wording')).toEqual(['a new wording'])
    const before = await documents(thread.id)
    expect(before.documents).toBe(1)
    const liked = await send(ann, thread.id, 'a liked wording')
    await indexed(thread.id)
    const after = await documents(thread.id)
    expect(after).toEqual({ documents: 2, version: liked.version })
    await call(ann, 'PUT', `/messages/${liked.id}/reactions/x`)
    await indexed(thread.id)
    expect(await documents(thread.id)).toEqual(after)
  })
})

describe('the index', () => {
  test('a failure of it holds back nobody, and it catches up', async () => {
    const ann = await signIn('Ann')
    const thread = await aLog(ann, [], ['storm warning'])
    await env.SEARCH.exec('ALTER TABLE threads RENAME TO threads_away')
    try {
      const sent = await send(ann, thread.id, 'storm over')
      await indexed(thread.id)
      expect((await call(ann, 'GET', '/threads')).status).toBe(200)
      const inModel = await env.DB.prepare('SELECT head_seq AS head FROM threads WHERE id = ?')
        .bind(thread.id)
        .first()
      expect(inModel).toEqual({ head: sent.seq })
      expect(refusal(await call(ann, 'GET', '/search?q=storm'))).toEqual([503, 'unavailable'])
    } finally {
      await env.SEARCH.exec('ALTER TABLE threads_away RENAME TO threads')
    }
    await send(ann, thread.id, 'storm forgotten')
    await until(async () => {
      await indexed(thread.id)
      return (await texts(ann, 'storm')).length === 3
    })
  })

  test('is rebuilt with the read model, and batches that come late change nothing', async () => {
    const admin = await signIn('Admin', { role: 'admin' })
    const thread = await aLog(admin, [], ['anvil one', 'anvil two'])
    const before = await documents(thread.id)
    await env.SEARCH.batch([
      env.SEARCH.prepare('DELETE FROM words WHERE rowid IN (SELECT id FROM documents)'),
      env.SEARCH.prepare('DELETE FROM documents'),
    ])
    expect(await texts(admin, 'anvil')).toEqual([])
    await threadObject(thread.id).rebuild()
    expect(await texts(admin, 'anvil')).toEqual(['anvil two', 'anvil one'])
    await threadObject(thread.id).rebuild()
    expect(await documents(thread.id)).toEqual(before)
  })
})

describe('pages', () => {
  test('the better first, and the newer of equals; a cursor goes on while others write', async () => {
    const ann = await signIn('Ann')
    const lines = Array.from({ length: 12 }, (_, at) => `kiwi number ${at}`)
    const thread = await aLog(
      ann,
      [],
      ['a long line about fruit of all kinds and a kiwi', ...lines],
    )
    await send(ann, thread.id, 'kiwi kiwi kiwi')
    await indexed(thread.id)
    const admin = await signIn('Admin', { role: 'admin' })
    await importLines(admin, chatter(100))
    const expected = ['kiwi kiwi kiwi', ...lines.toReversed()]
    const seen: (string | null)[] = []
    let page = await search(ann, 'kiwi', { limit: 5, total: true })
    expect(page.total).toBe(14)
    for (;;) {
      seen.push(...page.items.map(({ message }) => message.content))
      if (page.nextCursor === null) break
      await importLines(admin, chatter(10))
      page = await search(ann, 'kiwi', { limit: 5, cursor: page.nextCursor })
    }
    expect(seen).toEqual([...expected, 'a long line about fruit of all kinds and a kiwi'])
    const second = await search(ann, 'kiwi', { limit: 5, offset: 5, total: true })
    expect(second.items.map(({ message }) => message.content)).toEqual(expected.slice(5, 10))
    expect(second).toMatchObject({ total: 14, nextCursor: expect.any(String) })
  })

  test('a hit is the message, its thread, a line around the words', async () => {
    const ann = await signIn('Ann')
    const text = `${'well '.repeat(60)}the needle is here ${'and so on '.repeat(40)}`.trim()
    const thread = await aLog(ann, [], [text], 'Haystack')
    const { items } = await search(ann, 'needle')
    const [hit] = items
    const { body } = await call(ann, 'GET', `/messages/${hit?.message.id}`)
    expect(hit?.message).toEqual(body)
    expect(hit?.thread).toEqual({ id: thread.id, type: 'group', title: 'Haystack' })
    expect(hit?.snippet).toMatch(/^…well .* the needle is here and so on .*…$/)
    expect(hit?.score).toEqual(expect.any(Number))
  })
})

describe('beside a scan of everything', () => {
  test('the same messages, over logs as people write them', async () => {
    const admin = await signIn('Admin', { role: 'admin' })
    const lines = chatter(3000)
    await importLines(admin, lines)
    for (const q of [
      'ubuntu',
      'café',
      'how install',
      'the -you',
      'kernel* panic',
      '上海',
      'Ñandú',
      '12',
      'don’t',
    ])
      expect((await everything(admin, q)).toSorted(), q).toEqual(scan(lines, q))
  })
})

const vocabulary = [
  ...['ubuntu', 'Ubuntu', 'the', 'THE', 'you', 'how', 'install', 'installed', 'kernel', 'kernels'],
  ...[
    'panic',
    'café',
    'CAFE',
    'cafe\u0301',
    'ñandú',
    '去上海',
    '上海',
    '海上',
    'don’t',
    "don't",
    '12',
  ],
  ...[
    '12:30',
    'apt-get',
    'sudo',
    'http://a.example/the',
    'naïve',
    '(you)',
    '<b>',
    '"quoted"',
    '😀',
  ],
]

/** Lines made of words that are alike; the same each time. */
function chatter(count: number) {
  let state = 7
  const next = (most: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % most
  }
  return Array.from({ length: count }, (_, line) => ({
    log: `chatter-${line % 5}`,
    line,
    at: new Date(Date.UTC(2020, 0, 1) + line * 60_000).toISOString(),
    nick: `nick${next(9)}`,
    text: Array.from({ length: 1 + next(9) }, () => vocabulary[next(vocabulary.length)]).join(' '),
  })).toSorted((a, b) => (a.log < b.log ? -1 : a.log > b.log ? 1 : a.line - b.line))
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')

function holds(text: string, word: string): boolean {
  const wanted = plain(word).trim()
  if (/\p{sc=Han}/u.test(word)) return plain(text).includes(wanted)
  return ` ${plain(text)} `.includes(word.endsWith('*') ? ` ${wanted}` : ` ${wanted} `)
}

/** Each word looked for by eye: no index, and none of the code that cuts words for it. */
const scan = (lines: { text: string }[], q: string): string[] =>
  lines
    .map(({ text }) => text)
    .filter((text) =>
      q
        .split(' ')
        .every((word) => (word.startsWith('-') ? !holds(text, word.slice(1)) : holds(text, word))),
    )
    .toSorted()

async function everything(user: Someone, q: string): Promise<string[]> {
  const found: string[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Found = await search(user, q, {
      limit: 50,
      ...(cursor !== undefined && { cursor }),
    })
    found.push(...page.items.map(({ message }) => message.content ?? ''))
    cursor = page.nextCursor
  }
  return found
}

async function importLines(admin: Someone, lines: { log: string }[]): Promise<void> {
  const source = `s${crypto.randomUUID().slice(0, 8)}`
  const body = lines.map((line) => JSON.stringify(line)).join('\n')
  const { status } = await call(admin, 'POST', `/admin/import?source=${source}`, body)
  expect(status).toBe(200)
  const { results } = await env.DB.prepare('SELECT thread_id AS id FROM members WHERE user_id = ?')
    .bind(admin.id)
    .all<{ id: string }>()
  for (const { id } of results) await indexed(id)
}

async function documents(threadId: string) {
  const row = await env.SEARCH.prepare(
    `SELECT t.version, (SELECT count(*) FROM documents d WHERE d.id >> 32 = t.no) AS documents
     FROM threads t WHERE t.id = ?`,
  )
    .bind(threadId)
    .first<{ version: number; documents: number }>()
  return row ?? { version: 0, documents: 0 }
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await done()); tries++) {
    if (tries === 50) throw new Error('waited in vain')
    await scheduler.wait(100)
  }
}

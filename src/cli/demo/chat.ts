// Who takes part in the demo, and what they say.
import { readFileSync } from 'node:fs'

const names = { tess: 'Tess', odin: 'Odin', devi: 'Devi', rob: 'Rob' }

export type PersonId = keyof typeof names
export const people = Object.entries(names) as [PersonId, string][]

/** Whoever tries Skein. They are in the group, and say nothing by themselves. */
export const guest = { id: 'guest', name: 'Guest' }

export type Line = {
  /** Unique, increasing. */
  line: number
  /** When it was said, counted from the first line. */
  minute: number
  by: PersonId
  text: string
  /** The line that it answers. */
  replyTo?: number
  reactions?: Record<string, PersonId[]>
}

/** The last line that was said before anybody looks; the rest is said live. */
const past = 1124

const file = readFileSync(new URL('chat.jsonl', import.meta.url), 'utf8')
const [first = '', ...rows] = file.trimEnd().split('\n')
const lines = rows.map((row) => JSON.parse(row) as Line)

/** Whose words they are, to be shown with them. */
export const { source } = JSON.parse(first) as { source: string }
export const title = 'Help desk'
export const history = lines.filter(({ line }) => line <= past)
export const live = lines.filter(({ line }) => line > past)

/** What the guest finds in direct threads. */
export const welcome: [PersonId, string[]][] = [
  [
    'rob',
    [
      'If anything in the group is not as it should be, report it.',
      'Signed in as rob with the role admin, you see the report on the moderation desk.',
    ],
  ],
  [
    'tess',
    [
      'Welcome! Help desk replays a chat of long ago, and you can join in: answer, react, edit, search.',
      `The words there are real: ${source}`,
    ],
  ],
]

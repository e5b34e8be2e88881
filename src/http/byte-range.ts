// What part of a file a request asks for, and whether it has it already: RFC 9110, one range.

export type Range = { offset: number; length: number }
export type RangeAnswer =
  | { is: 'whole' }
  | { is: 'part'; range: Range }
  /** No byte of the file is in what was asked. */
  | { is: 'unsatisfiable' }

/** A header that is no single range of bytes is passed over, as if it were not there. */
export function rangeOf(header: string | null, size: number): RangeAnswer {
  const asked = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? '')
  const [, first = '', last = ''] = asked ?? []
  if (!asked || (first === '' && last === '')) return { is: 'whole' }
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0
      ? { is: 'unsatisfiable' }
      : { is: 'part', range: { offset: size - length, length } }
  }
  const offset = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < offset) return { is: 'whole' }
  if (offset >= size) return { is: 'unsatisfiable' }
  return { is: 'part', range: { offset, length: end - offset + 1 } }
}

/** Whether a client's copy is the one that we have. Times are whole seconds, as HTTP writes them. */
export function isFresh(headers: Headers, etag: string, modified: Date): boolean {
  const tags = headers.get('If-None-Match')
  if (tags !== null) return tags.trim() === '*' || tagsIn(tags).includes(weak(etag))
  const since = Date.parse(headers.get('If-Modified-Since') ?? '')
  return seconds(modified.getTime()) <= seconds(since)
}

/** Whether a range may be answered: of another version of the file it would be nonsense. */
export function isSameFile(headers: Headers, etag: string, modified: Date): boolean {
  const condition = headers.get('If-Range')
  if (condition === null) return true
  if (condition.includes('"')) return condition.trim() === etag
  return seconds(modified.getTime()) === seconds(Date.parse(condition))
}

const tagsIn = (header: string) => header.split(',').map((tag) => weak(tag.trim()))
const weak = (tag: string) => tag.replace(/^W\//, '')
const seconds = (ms: number) => Math.floor(ms / 1000)

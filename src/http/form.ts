// A multipart form as it arrives: fields, and files whose bytes are handed on chunk by chunk. The
// platform's own `formData()` would hold all of it in memory.
import { make } from 'multipasta'
import type { MultipartError } from 'multipasta'
import { ChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'

export type FormFile = { field: string; name: string; chunks: AsyncIterable<Uint8Array> }
export type FormPart = FormFile | { field: string; value: string }

type Event =
  | { begin: { field: string; name: string } }
  | { chunk: Uint8Array | null }
  | { field: string; value: string }
  | { error: string }

/** Bytes asked of the request at once: its own default is small, and each read costs. */
const READ_BYTES = 64 * 1024

export class Form {
  private readonly reader: ReadableStreamBYOBReader | null
  private readonly parser: ReturnType<typeof make>
  private readonly events: Event[] = []
  private complete = false
  private ended = false

  constructor(request: Request) {
    const type = request.headers.get('Content-Type') ?? ''
    if (!/^\s*multipart\/form-data\s*;/i.test(type) || !request.body)
      throw new ChatError('invalid', 'send the file as multipart/form-data')
    this.reader = request.body.getReader({ mode: 'byob' })
    const say = (event: Event) => void this.events.push(event)
    this.parser = make({
      headers: { 'content-type': type },
      maxParts: limits.formParts,
      maxFieldSize: limits.formFieldBytes,
      isFile: ({ headers }) => namesIn(headers).name !== undefined,
      onFile: ({ headers }) => {
        const { field, name = '' } = namesIn(headers)
        say({ begin: { field, name } })
        return (chunk) => say({ chunk })
      },
      onField: ({ headers }, value) =>
        say({ field: namesIn(headers).field, value: new TextDecoder().decode(value) }),
      onError: (error) => say({ error: faults[error['_tag']] }),
      onDone: () => {
        this.complete = true
      },
    })
  }

  /** Its parts in order. A file must be read to its end before the next part is asked for. */
  async *parts(): AsyncGenerator<FormPart> {
    for (let event = await this.next(); event; event = await this.next()) {
      if ('begin' in event) yield { ...event.begin, chunks: this.chunks() }
      else if ('value' in event) yield event
    }
  }

  /** Reads what is left and throws it away: a client that still sends does not hear an answer. */
  async drain(): Promise<void> {
    let bytes = 0
    try {
      while (!this.ended && bytes < limits.refusedBytes) {
        // oxlint-disable-next-line no-await-in-loop -- one read after the other
        const chunk = await this.read()
        bytes += chunk?.length ?? 0
      }
    } catch {
      // Whoever broke off waits for no answer.
    }
  }

  private async *chunks(): AsyncGenerator<Uint8Array> {
    for (let event = await this.next(); event; event = await this.next()) {
      if (!('chunk' in event)) throw broken('a part does not end where the next one begins')
      if (event.chunk === null) return
      yield event.chunk
    }
    throw broken('it ends in the middle of a file')
  }

  private async next(): Promise<Event | null> {
    while (this.events.length === 0) {
      if (this.ended) return null
      // oxlint-disable-next-line no-await-in-loop -- one read after the other
      const chunk = await this.read()
      try {
        if (chunk) this.parser.write(chunk)
        else this.parser.end()
      } catch {
        // The parser decodes names as it goes, and throws at those that are not encoded as they say.
        throw broken(malformed)
      }
      if (!chunk && !this.complete) throw broken(faults.EndNotReached)
    }
    const event = this.events.shift() ?? null
    if (event && 'error' in event) throw broken(event.error)
    return event
  }

  /** The next bytes of the request, or null at its end. */
  private async read(): Promise<Uint8Array | null> {
    const read = await this.reader?.read(new Uint8Array(READ_BYTES)).catch(() => {
      throw broken('the connection was cut')
    })
    if (read && !read.done) return read.value
    this.ended = true
    return null
  }
}

const broken = (why: string) => new ChatError('invalid', `the form cannot be read: ${why}`)

const malformed = 'a header of a part is malformed'
const faults: Record<MultipartError['_tag'], string> = {
  InvalidBoundary: 'its Content-Type names no boundary',
  InvalidDisposition: malformed,
  BadHeaders: malformed,
  ReachedLimit: 'it has too many parts, or a field that is too long',
  EndNotReached: 'it breaks off before its end',
}

const parameter = (name: string) =>
  new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i')
const forms = {
  field: parameter('name'),
  plain: parameter('filename'),
  full: parameter('filename\\*'),
}

const unescaped = (text: string) =>
  text
    .replaceAll('\\"', '"')
    .replaceAll('%22', '"')
    .replaceAll(/%0[AD]/gi, ' ')

/**
 * The field's name, and the file's if there is one: in UTF-8, as browsers write it, with `"` and line
 * ends as `%22`, `%0D` and `%0A`; or encoded, as RFC 5987 has it.
 */
function namesIn(headers: Record<string, string | string[]>): {
  field: string
  name: string | undefined
} {
  const header = [headers['content-disposition'] ?? ''].flat().join(';')
  const found = (form: RegExp) => {
    const [, quoted, bare] = form.exec(header) ?? []
    return quoted ?? bare
  }
  const full = /^utf-8'[^']*'(.*)$/i.exec(found(forms.full) ?? '')?.[1]
  const plain = found(forms.plain)
  return {
    field: unescaped(found(forms.field) ?? ''),
    name: full === undefined ? plain && unescaped(plain) : decodeURIComponent(full),
  }
}

// Files over REST: bytes in, bytes out. A file is never a page of ours: it is shown in a sandbox or
// kept, whatever is in it.
import type { Context, Handler } from 'hono'
import { z } from 'zod'
import { ChatError } from '../contract/errors.ts'
import { fileTypes } from '../contract/files.ts'
import type { Parsed } from '../contract/operations.ts'
import { checked } from '../dispatch.ts'
import { linkedTo } from '../service/files/links.ts'
import { openFile } from '../service/files/open.ts'
import type { OpenFile } from '../service/files/open.ts'
import { thumbnailOf } from '../service/files/thumbnail.ts'
import { putPart } from '../service/files/uploads.ts'
import { knownActor } from './actor.ts'
import type { App } from './app.ts'
import { isFresh, isSameFile, rangeOf } from './byte-range.ts'
import { upload } from './upload.ts'

export const uploadRoute: Handler<App> = async (context) => {
  const { env, req } = context
  const actor = await knownActor(req.raw, env)
  const lasting = (work: Promise<unknown>) => context.executionCtx.waitUntil(work)
  const wanted = { field: 'file', most: 1 }
  const { files } = await upload(env, actor, req.raw, wanted, lasting)
  return context.json(files[0] ?? null, 201)
}

export const partRoute: Handler<App> = async (context) => {
  const { env, req } = context
  const actor = await knownActor(req.raw, env)
  const ask = checked(actor, 'upload.part', req.param())
  const length = req.header('Content-Length')
  const sent = { body: req.raw.body, length: length === undefined ? null : Number(length) }
  return context.json(await putPart(env, actor, ask.input as Parsed<'upload.part'>, sent))
}

const Link = z.object({ as: z.string(), until: z.coerce.number(), signature: z.string() })
const Width = z.coerce.number().int().min(1).max(10_000).optional()

export const downloadRoute: Handler<App> = async (context) => {
  const { env, req } = context
  const id = req.param('attachmentId') ?? ''
  const viewer = await viewerOf(context, id)
  const width = Width.safeParse(req.query('width'))
  if (!width.success) throw new ChatError('invalid', 'width: must be a whole number of pixels')
  const file = await openFile(env, viewer, id)
  const lasting = (work: Promise<unknown>) => context.executionCtx.waitUntil(work)
  const smaller = width.data && (await thumbnailOf(env, file, width.data, lasting))
  return answer(req.raw, smaller || file)
}

/** Who asks: whoever a link was made for, else whoever the token names. */
async function viewerOf({ env, req }: Context<App>, id: string): Promise<string> {
  const link = Link.safeParse(req.query())
  return link.success ? linkedTo(env, id, link.data) : (await knownActor(req.raw, env)).id
}

/** Answers as RFC 9110 says: 304 to who has it, 206 to who wants a part, 416 where there is none. */
async function answer(request: Request, file: OpenFile): Promise<Response> {
  const { size, etag, modified } = file
  const headers = headersOf(file)
  if (isFresh(request.headers, etag, modified)) return new Response(null, { status: 304, headers })
  const asked = isSameFile(request.headers, etag, modified) ? request.headers.get('Range') : null
  const part = rangeOf(asked, size)
  if (part.is === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${size}`)
    return new Response(null, { status: 416, headers })
  }
  const range = part.is === 'part' ? part.range : undefined
  if (range) {
    const last = range.offset + range.length - 1
    headers.set('Content-Range', `bytes ${range.offset}-${last}/${size}`)
  }
  headers.set('Content-Length', String(range?.length ?? size))
  const status = range ? 206 : 200
  if (request.method === 'HEAD') return new Response(null, { status, headers })
  return new Response(await file.read(range), { status, headers })
}

/**
 * `private`: no cache between us and its reader may keep it, and theirs asks again after a while.
 * `sandbox`: opened as a page of its own it has no origin, no script, and loads nothing but itself.
 */
function headersOf({ attachment, type, etag, modified }: OpenFile): Headers {
  const how = fileTypes[type]?.shown ? 'inline' : 'attachment'
  return new Headers({
    'Content-Type': type === 'text/plain' ? 'text/plain; charset=utf-8' : type,
    'Content-Disposition': dispositionOf(attachment.name, how),
    'Content-Security-Policy':
      "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'private, max-age=300',
    Vary: 'Authorization, Cookie',
    'Accept-Ranges': 'bytes',
    ETag: etag,
    'Last-Modified': modified.toUTCString(),
  })
}

/** `Content-Disposition`: how a browser shall take a file, and what it is called. */
function dispositionOf(name: string, how: 'inline' | 'attachment'): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  // What encodeURIComponent leaves and RFC 5987 does not allow.
  const full = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${how}; filename="${plain}"; filename*=UTF-8''${full}`
}

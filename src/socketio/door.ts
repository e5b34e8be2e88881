// Where Engine.IO requests come in: checked here, then handed to the object of their session.
import { refuse } from './refusal.ts'

export type Door = {
  sessions: DurableObjectNamespace
  /** May a page of this origin connect? Whoever sends no Origin is no page. */
  allowed: (origin: string) => boolean
}

/** Answers a request to `/socket.io/` or its like. */
export async function enter(request: Request, door: Door): Promise<Response> {
  const origin = request.headers.get('Origin')
  if (origin !== null && !door.allowed(origin)) return refuse('origin')
  if (request.method === 'OPTIONS') return share(new Response(null, { status: 204 }), request)
  const answer = await route(request, door)
  // The answer to an upgrade cannot be rewritten, and CORS knows nothing of it.
  return answer.webSocket ? answer : share(answer, request)
}

async function route(request: Request, { sessions }: Door): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const transport = searchParams.get('transport')
  const upgrade = request.headers.get('Upgrade')?.toLowerCase() === 'websocket'
  if (transport !== 'polling' && transport !== 'websocket') return refuse('transport')
  if (searchParams.get('EIO') !== '4') return refuse('version')
  if (upgrade !== (transport === 'websocket')) return refuse('request')
  const sid = searchParams.get('sid')
  if (sid === null) {
    if (request.method !== 'GET') return refuse('method')
    return sessions.get(sessions.newUniqueId()).fetch(request)
  }
  if (request.method !== 'GET' && request.method !== 'POST') return refuse('request')
  const id = known(sessions, sid)
  if (!id) return refuse('sid')
  const answer = await sessions.get(id).fetch(request)
  return upgrade && answer.status === 409 ? closed() : answer
}

/** As the reference does: a second WebSocket is opened and closed, not refused as a request. */
function closed(): Response {
  const { 0: client, 1: socket } = new WebSocketPair()
  socket.accept()
  socket.close(1000)
  return new Response(null, { status: 101, webSocket: client })
}

/** An id is signed by the runtime, so whoever guesses one does not even wake an object. */
function known(sessions: DurableObjectNamespace, sid: string): DurableObjectId | null {
  try {
    return sessions.idFromString(sid)
  } catch {
    // The runtime throws for what it did not give out.
    return null
  }
}

function share(response: Response, request: Request): Response {
  const origin = request.headers.get('Origin')
  if (origin === null) return response
  const headers = new Headers(response.headers)
  headers.set('Access-Control-Allow-Origin', origin)
  headers.set('Access-Control-Allow-Credentials', 'true')
  headers.append('Vary', 'Origin')
  if (request.method === 'OPTIONS') {
    headers.set('Access-Control-Allow-Methods', 'GET, POST')
    headers.set('Access-Control-Allow-Headers', 'Authorization, Content-Type')
    headers.set('Access-Control-Max-Age', '600')
  }
  return new Response(response.body, { status: response.status, headers })
}

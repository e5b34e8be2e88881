// The documented error bodies of Engine.IO, and the headers of its other answers.

const refusals = {
  transport: { code: 0, message: 'Transport unknown', status: 400 },
  sid: { code: 1, message: 'Session ID unknown', status: 400 },
  method: { code: 2, message: 'Bad handshake method', status: 400 },
  request: { code: 3, message: 'Bad request', status: 400 },
  /** The session has its WebSocket already. */
  upgrade: { code: 3, message: 'Bad request', status: 409 },
  origin: { code: 4, message: 'Forbidden', status: 403 },
  version: { code: 5, message: 'Unsupported protocol version', status: 400 },
} as const

export function refuse(why: keyof typeof refusals): Response {
  const { code, message, status } = refusals[why]
  return Response.json({ code, message }, { status, headers: { 'Cache-Control': 'no-store' } })
}

/** The answer to a poll. The explicit UTF-8 is for pages that are not. */
export const pollAnswer = (payload: string) =>
  new Response(payload, {
    headers: { 'Content-Type': 'text/plain; charset=UTF-8', 'Cache-Control': 'no-store' },
  })

/** The answer to a POST, as the reference writes it: `text/plain` made old browsers download it. */
export const postAnswer = () =>
  new Response('ok', { headers: { 'Content-Type': 'text/html', 'Cache-Control': 'no-store' } })

export const tooLarge = () => new Response(null, { status: 413 })

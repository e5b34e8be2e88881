// A web of our own for tests: every request that would leave is answered here, and written down.
import { vi } from 'vitest'

/** Makes an answer, or throws as a network does. An answer belongs to the request it was made in. */
export type WebPage = (request: Request) => Response | Promise<Response>

/** `asked` holds the addresses that were asked for, in order. What is not there answers 404. */
export function aWeb(pages: Record<string, WebPage>) {
  const asked: string[] = []
  const headers: Record<string, string>[] = []
  const answer = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    asked.push(request.url)
    headers.push(Object.fromEntries(request.headers))
    const page = pages[request.url] ?? (() => new Response('no such page', { status: 404 }))
    return page(request)
  }
  vi.stubGlobal('fetch', answer)
  return { asked, headers }
}

export const aPage =
  (head: string, type: string | null = 'text/html; charset=utf-8'): WebPage =>
  () =>
    new Response(`<!doctype html><html><head>${head}</head><body>words</body></html>`, {
      headers: type === null ? {} : { 'Content-Type': type },
    })

export const redirectTo =
  (location: string, status = 302): WebPage =>
  () =>
    new Response(null, { status, headers: { Location: location } })

export const answers =
  (status: number, text = ''): WebPage =>
  () =>
    new Response(text, { status, headers: { 'Content-Type': 'text/plain' } })

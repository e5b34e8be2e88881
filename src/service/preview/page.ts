// What a page says of itself: Open Graph, Twitter cards, its title, its icon.
import { limits } from '../../contract/limits.ts'
import { isChatError } from '../../contract/errors.ts'
import type { Preview } from '../../contract/preview.ts'
import { decodeEntities } from '../../core/entities.ts'
import { previewAddress } from '../../core/preview-address.ts'

type Page = {
  metas: Map<string, string>
  title: string
  icons: Map<string, string>
  base: string | null
}

/** `allowed` as in `previewAddress`: a page must not make readers' browsers ask private addresses. */
export async function readPage(
  bytes: Uint8Array,
  contentType: string,
  address: URL,
  allowed: ReadonlySet<string>,
): Promise<Omit<Preview, 'url'>> {
  const { metas, title, icons, base } = await parse(textOf(bytes, contentType))
  const origin =
    base !== null && URL.canParse(base, address.href) ? new URL(base, address) : address
  const said = (...names: string[]) => names.map((name) => metas.get(name)).find(Boolean) ?? null
  const link = (written: string | null | undefined) => linkOf(written, origin, allowed)
  return {
    title: tidy(said('og:title', 'twitter:title') ?? title, limits.previewTitle),
    description: tidy(
      said('og:description', 'twitter:description', 'description'),
      limits.previewDescription,
    ),
    image: link(
      said('og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image', 'twitter:image:src'),
    ),
    siteName: tidy(said('og:site_name', 'application-name'), limits.previewSiteName),
    favicon: link(icons.get('icon') ?? icons.get('apple-touch-icon')),
  }
}

async function parse(html: string): Promise<Page> {
  const page: Page = { metas: new Map(), title: '', icons: new Map(), base: null }
  let titles = 0
  const rewriter = new HTMLRewriter()
    .on('meta', {
      element(meta) {
        const content = meta.getAttribute('content')
        for (const attribute of ['property', 'name']) {
          const name = meta.getAttribute(attribute)?.trim().toLowerCase()
          if (name && content && !page.metas.has(name)) page.metas.set(name, content)
        }
      },
    })
    .on('title', {
      element() {
        titles += 1
      },
      text({ text }) {
        // Drawings have titles of their own, further down.
        if (titles === 1) page.title += text
      },
    })
    .on('link', {
      element(link) {
        const href = link.getAttribute('href')
        for (const rel of link.getAttribute('rel')?.toLowerCase().split(/\s+/) ?? [])
          if (href && !page.icons.has(rel)) page.icons.set(rel, href)
      },
    })
    .on('base', {
      element(base) {
        page.base ??= base.getAttribute('href')
      },
    })
  try {
    const headers = { 'Content-Type': 'text/html; charset=utf-8' }
    await rewriter.transform(new Response(html, { headers })).arrayBuffer()
  } catch {
    // The rewriter gives up where HTML is ambiguous; what it saw until there stands.
  }
  return page
}

/** Text in the page's own encoding: of its header, else of its first meta tags, else UTF-8. */
function textOf(bytes: Uint8Array, contentType: string): string {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 2048))
  const named = /charset\s*=\s*["']?([\w:-]+)/i
  const label = (named.exec(contentType) ?? named.exec(start))?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label).decode(bytes)
  } catch {
    // An encoding that nobody knows.
    return new TextDecoder().decode(bytes)
  }
}

/** One line of plain text: no control characters, nothing that turns the direction of writing. */
function tidy(written: string | null, most: number): string | null {
  if (written === null) return null
  // Long before it is read as HTML, so that a page cannot make that costly.
  const text = decodeEntities(written.slice(0, most * 10))
    .toWellFormed()
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  const characters = [...text]
  const short = characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text
  return short === '' ? null : short
}

function linkOf(
  written: string | null | undefined,
  base: URL,
  allowed: ReadonlySet<string>,
): string | null {
  if (!written || written.length > 2 * limits.webAddress) return null
  const text = decodeEntities(written).trim()
  if (!URL.canParse(text, base.href)) return null
  try {
    const { href } = previewAddress(new URL(text, base).href, allowed)
    return href.length <= limits.webAddress ? href : null
  } catch (error) {
    if (isChatError(error)) return null
    throw error
  }
}

// What pages and robots.txt files said, kept until it expires.
import type { Preview } from '../../contract/preview.ts'
import { limits } from '../../contract/limits.ts'
import { batch } from './projection.ts'

/** What came of looking at a page. `forbidden`: it led to an address that must not be asked. */
export type Found = { preview: Omit<Preview, 'url'> } | { error: string } | { forbidden: string }

export async function findPreview(d1: D1Database, url: string, now: number): Promise<Found | null> {
  const row = await d1
    .prepare('SELECT found FROM link_previews WHERE url = ? AND expires_at > ?')
    .bind(url, now)
    .first<{ found: string }>()
  // As `keepPreview` wrote it.
  return row && (JSON.parse(row.found) as Found)
}

export async function keepPreview(
  d1: D1Database,
  url: string,
  found: Found,
  now: number,
): Promise<void> {
  const life = 'preview' in found ? limits.previewKeptMs : limits.previewFailureKeptMs
  await batch(d1, [
    sweep(d1, 'link_previews', 'url', now),
    d1
      .prepare('INSERT OR REPLACE INTO link_previews (url, found, expires_at) VALUES (?, ?, ?)')
      .bind(url, JSON.stringify(found), now + life),
  ])
}

/** The robots.txt of an origin; empty for none. */
export async function findRobots(
  d1: D1Database,
  origin: string,
  now: number,
): Promise<string | null> {
  const row = await d1
    .prepare('SELECT text FROM link_robots WHERE origin = ? AND expires_at > ?')
    .bind(origin, now)
    .first<{ text: string }>()
  return row && row.text
}

export async function keepRobots(
  d1: D1Database,
  origin: string,
  text: string,
  now: number,
): Promise<void> {
  await batch(d1, [
    sweep(d1, 'link_robots', 'origin', now),
    d1
      .prepare('INSERT OR REPLACE INTO link_robots (origin, text, expires_at) VALUES (?, ?, ?)')
      .bind(origin, text, now + limits.robotsKeptMs),
  ])
}

/** Each new row takes some expired ones with it: no clock has to. */
const sweep = (d1: D1Database, table: string, key: string, now: number) =>
  d1
    .prepare(
      `DELETE FROM ${table} WHERE ${key} IN
         (SELECT ${key} FROM ${table} WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`,
    )
    .bind(now, limits.previewsSwept)

// A real Chromium, wherever one can be had.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Quiet: nothing is looked up, updated or reported while a test runs. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** What the packed one adds for its own surroundings, and a test must not have: it needs the web's rules. */
const unwanted = ['--disable-web-security', '--allow-running-insecure-content', '--single-process']

type Found = { executablePath: string; args: string[] }

/** Starts a browser: `CHROMIUM_PATH`, else the system's, else the one of @sparticuz/chromium. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const { executablePath, args } = await findChromium()
  return chromium.launch({ executablePath, args: [...new Set([...args, ...flags, ...more])] })
}

export async function findChromium(): Promise<Found> {
  const named = process.env['CHROMIUM_PATH']
  if (named) {
    if (isProgram(named)) return { executablePath: named, args: [] }
    throw new Error(`CHROMIUM_PATH=${named} is not a program that can be run`)
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  const installed = paths.find(isProgram)
  if (installed !== undefined) return { executablePath: installed, args: [] }
  try {
    const { default: packed } = await import('@sparticuz/chromium')
    return {
      executablePath: await packed.executablePath(),
      args: packed.args.filter((arg) => !unwanted.includes(arg)),
    }
  } catch (cause) {
    const message =
      'no Chromium to test the page with: set CHROMIUM_PATH, or install chromium or ' +
      'google-chrome, or run on a system that the npm package @sparticuz/chromium supports (x64 Linux)'
    throw new Error(message, { cause })
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

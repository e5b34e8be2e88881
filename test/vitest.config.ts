// `unit` in Node, `integration` and `domain events` inside workerd, `socketio` against the protocol
// server and, for its objects alone, inside workerd, `e2e` against a server as started.
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))

// The assets binding wants a folder; what is in it only matters to `e2e`.
mkdirSync(`${root}dist/web`, { recursive: true })

const wrangler = { configPath: `${root}wrangler.toml` }

/** Skein's own Worker, with the migrations that each test file applies first. */
const worker = async (vars: Record<string, string> = {}) => ({
  // No test lets a request out: what one needs of the web, it answers itself.
  outboundService: () => new Response('', { status: 502 }),
  bindings: {
    // Of a type that only the tests of it use.
    RETENTION_DAYS: '{"post":30}',
    TEST_MIGRATIONS: await readD1Migrations(`${root}migrations`),
    TEST_SEARCH_MIGRATIONS: await readD1Migrations(`${root}migrations/search`),
    ...vars,
  },
})

// The modules of mediabunny name a file that is none in a browser, which this runner cannot load; its
// bundle is the same without it.
const resolve = {
  alias: { mediabunny: `${root}node_modules/mediabunny/dist/bundles/mediabunny.min.mjs` },
}

const inWorkerd = { setupFiles: ['test/integration/setup.ts'], testTimeout: 30_000 }

/** What stands behind the queue of domain events: it keeps what it gets, and shows it. */
const consumer = {
  name: 'consumer',
  modules: true,
  queueConsumers: { 'skein-events': { maxBatchTimeout: 0 } },
  script: `const taken = []
    export default {
      queue: ({ messages }) => { taken.push(...messages.map(({ body }) => body)) },
      fetch: () => Response.json(taken),
    }`,
}

/** The keys of this server for Web Push. */
async function vapidKeys() {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const pair = await crypto.subtle.generateKey(curve, true, ['sign', 'verify'])
  const point = await crypto.subtle.exportKey('raw', pair.publicKey)
  const { d = '' } = await crypto.subtle.exportKey('jwk', pair.privateKey)
  return {
    VAPID_PUBLIC_KEY: Buffer.from(point).toString('base64url'),
    VAPID_PRIVATE_KEY: d,
    VAPID_CONTACT: 'mailto:ops@chat.example',
  }
}

function aServiceAccount(): string {
  const how = { type: 'pkcs8', format: 'pem' } as const
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return JSON.stringify({
    ...{ project_id: 'chat', client_email: 'push@chat.example' },
    ...{ private_key: privateKey.export(how), token_uri: 'http://oauth.example/token' },
  })
}

/** Somebody outside: it keeps what it is sent, and answers as it was told to. */
const outside = {
  name: 'outside',
  modules: true,
  script: `const taken = []
    let answers = []
    export default {
      async fetch(request) {
        const { hostname } = new URL(request.url)
        if (hostname === 'control') {
          if (request.method === 'POST') answers = await request.json()
          return Response.json(taken)
        }
        if (hostname === 'oauth.example')
          return Response.json({ access_token: 'granted', expires_in: 3600 })
        const { url, method, headers } = request
        const body = Array.from(await request.bytes(), (byte) => String.fromCharCode(byte)).join('')
        taken.push({ url, method, headers: Object.fromEntries(headers), body })
        const { status, text = '', headers: said } = answers.shift() ?? { status: 200 }
        return new Response(text, { status, headers: said })
      },
    }`,
}

export default defineConfig({
  root,
  test: {
    // Of two cores, the standard leaves one idle.
    maxWorkers: Math.max(availableParallelism(), 2),
    reporters: ['default', ['json', { outputFile: `${root}dist/test-report.json` }]],
    projects: [
      {
        root,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/unit/**/*.test.{ts,tsx}'],
          // They share nothing that they change.
          isolate: false,
          // Many random cases take their time on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        root,
        plugins: [cloudflareTest(async () => ({ wrangler, miniflare: await worker() }))],
        resolve,
        test: {
          ...inWorkerd,
          name: 'integration',
          include: ['test/{integration,conformance}/**/*.test.ts'],
          exclude: ['test/conformance/socketio/**', 'test/integration/domain/**'],
        },
      },
      {
        root,
        plugins: [
          cloudflareTest(async () => ({
            wrangler,
            miniflare: {
              ...(await worker({
                ...{ DOMAIN_EVENTS: 'true', WEBHOOKS: 'true', RETRY_PAUSES: '0,0,0,0' },
                ...{ EMAIL_ENABLED: 'true', POSTMARK_API_KEY: 'postmark-key' },
                ...{ POSTMARK_URL: 'http://postmark.example', BASE_URL: 'https://chat.example/' },
                ...(await vapidKeys()),
                ...{ FIREBASE_CREDENTIALS: aServiceAccount(), FIREBASE_URL: 'http://fcm.example' },
              })),
              serviceBindings: { CONSUMER: 'consumer', OUTSIDE: 'outside' },
              outboundService: 'outside',
              workers: [consumer, outside],
            },
          })),
        ],
        resolve,
        test: {
          ...inWorkerd,
          name: 'domain events',
          include: ['test/integration/domain/*.test.ts'],
        },
      },
      {
        root,
        test: {
          name: 'socketio',
          environment: 'node',
          include: ['test/conformance/socketio/*.test.ts'],
          // A client has 200 ms to pong: the files must not take each other's time.
          fileParallelism: false,
          globalSetup: 'test/conformance/socketio/setup.ts',
        },
      },
      {
        root,
        plugins: [
          cloudflareTest({
            main: `${root}test/conformance/socketio/worker/echo.ts`,
            miniflare: {
              compatibilityDate: '2026-11-01',
              compatibilityFlags: ['enable_request_signal'],
              bindings: { PING_INTERVAL: 25_000, PING_TIMEOUT: 20_000, CONNECT_TIMEOUT: 45_000 },
              durableObjects: {
                ENGINE: { className: 'EngineEcho', useSQLite: true },
                SOCKET: { className: 'SocketEcho', useSQLite: true },
                RULES: { className: 'Rules', useSQLite: true },
              },
            },
          }),
        ],
        test: {
          name: 'socketio objects',
          include: ['test/conformance/socketio/worker/*.test.ts'],
        },
      },
      {
        root,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})

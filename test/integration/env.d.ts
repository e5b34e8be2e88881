import type { D1Migration } from 'cloudflare:test'
import type * as worker from '../../src/index.ts'

declare global {
  namespace Cloudflare {
    interface Env {
      DB: D1Database
      SEARCH: D1Database
      THREAD: DurableObjectNamespace<worker.Thread>
      USER: DurableObjectNamespace<worker.User>
      DIRECTORY: DurableObjectNamespace<worker.Directory>
      CONNECTION: DurableObjectNamespace<worker.Connection>
      MODERATION: DurableObjectNamespace<worker.Moderation>
      FILES: R2Bucket
      EVENTS: Queue
      DELIVERIES: Queue
      /** Somebody outside, where that is tested: what they were sent. */
      OUTSIDE: Fetcher
      /** Only where domain events are tested: what stands behind their queue. */
      CONSUMER: Fetcher
      TEST_MIGRATIONS: D1Migration[]
      TEST_SEARCH_MIGRATIONS: D1Migration[]
    }
    interface GlobalProps {
      mainModule: typeof worker
    }
  }
}

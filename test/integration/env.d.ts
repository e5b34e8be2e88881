declare namespace Cloudflare {
  interface Env {
    DB: D1Database
    THREAD: DurableObjectNamespace<import('../../src/objects/thread.ts').Thread>
    USER: DurableObjectNamespace<import('../../src/objects/user.ts').User>
    DIRECTORY: DurableObjectNamespace<import('../../src/objects/directory.ts').Directory>
    TEST_MIGRATIONS: import('cloudflare:test').D1Migration[]
  }
  interface GlobalProps {
    mainModule: typeof import('../../src/index.ts')
  }
}

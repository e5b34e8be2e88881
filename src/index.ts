// The only wiring: the Worker and its objects.
import type { Env } from './env.ts'
import { app } from './http/app.ts'
import { consume } from './notify/consume.ts'
import { forgetDeliveries } from './store/notify/deliveries.ts'

export { Directory } from './objects/directory.ts'
export { Moderation } from './objects/moderation.ts'
export { Thread } from './objects/thread.ts'
export { User } from './objects/user.ts'
export { Connection } from './socketio/connection.ts'

export default {
  fetch: app.fetch,
  queue: consume,
  scheduled: (_event, env) => forgetDeliveries(env.DB, Date.now()),
} satisfies ExportedHandler<Env>

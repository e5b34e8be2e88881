// The only wiring: the Worker and its objects.
import { app } from './http/app.ts'

export { Directory } from './objects/directory.ts'
export { Moderation } from './objects/moderation.ts'
export { Thread } from './objects/thread.ts'
export { User } from './objects/user.ts'
export { Connection } from './socketio/connection.ts'

export default { fetch: app.fetch }

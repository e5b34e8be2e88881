// The servers by name.
import { startBare, startBareMiniflare } from './bare/bare.ts'
import { startNode } from './node/node.ts'
import type { PeerName, Server } from './peer.ts'
import { startSkein } from './skein.ts'

export const startPeer: Record<PeerName, () => Promise<Server>> = {
  skein: startSkein,
  node: startNode,
  bare: startBare,
  bareMiniflare: startBareMiniflare,
}

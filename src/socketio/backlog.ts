// How far a client is behind with reading its WebSocket. The runtime keeps what it has not read, and no
// reader may fill the server's memory: so one that was sent much is pinged, and what came before its
// pong was read.
import { bounds } from './settings.ts'

export class Backlog {
  private sent = 0
  private read = 0
  /** A ping and all that was sent before it. */
  private asked: { at: number; sent: number } | null = null

  /** `heardAt`: the last pong, or other sign of life (ms). Answers what is to be done now. */
  send(size: number, heardAt: number, now: number): 'nothing' | 'ping' | 'close' {
    this.sent += size
    if (this.asked && heardAt >= this.asked.at) {
      this.read = this.asked.sent
      this.asked = null
    }
    const unread = this.sent - this.read
    if (unread > bounds.unreadBytes) return 'close'
    if (this.asked || unread < bounds.pingBytes) return 'nothing'
    this.asked = { at: now, sent: this.sent }
    return 'ping'
  }
}

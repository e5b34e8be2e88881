// What a person's devices say together.
import type { PresenceStatus } from '../contract/user.ts'

/** Online while a socket is open; away when every device says so. */
export function statusOf(devices: { away: boolean }[]): PresenceStatus {
  if (devices.length === 0) return 'offline'
  return devices.every((device) => device.away) ? 'away' : 'online'
}

// How long to wait before something is tried again. The EventFlow document names the times.
const delays = [2_000, 4_000, 8_000, 16_000, 30_000]

/** The pause (ms) after so many failed attempts, or null when it was tried often enough. */
export const nextPause = (failed: number): number | null => delays[failed - 1] ?? null

const minute = 60_000
const hour = 60

/** The same for what nobody waits for: every minute after that, for an hour. */
export const patientPause = (failed: number): number | null =>
  nextPause(failed) ?? (failed <= delays.length + hour ? minute : null)

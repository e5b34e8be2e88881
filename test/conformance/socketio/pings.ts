/** Milliseconds. A pong has longer than in the public suites: a busy machine shall not look like silence. */
export const pings = { interval: 300, timeout: 1500 }

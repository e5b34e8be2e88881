// A program's token: one for good, or one that is got anew when the last is no longer taken.

export type Token = string | (() => string | Promise<string>)

export function createTokens(token: Token | undefined) {
  let current: Promise<string> | undefined

  return {
    renewable: typeof token === 'function',
    async get(): Promise<string | undefined> {
      if (typeof token !== 'function') return token
      // Several that ask at the same time share one answer; a failure is not kept.
      current ??= Promise.resolve().then(token)
      try {
        return await current
      } catch (error) {
        current = undefined
        throw error
      }
    },
    /** It was refused: the next one is got anew. */
    drop() {
      current = undefined
    },
  }
}

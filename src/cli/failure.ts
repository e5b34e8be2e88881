// How a command ends when it cannot go on: one clear line, exit code 2.

export class UsageError extends Error {}

/** Runs a command; what it says of a wrong use is a line, not a stack. */
export async function command(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    process.exit(2)
  }
}

/** Parses options, and turns an unknown or half-written one into a usage error. */
export function usage<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

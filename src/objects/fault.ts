/** A fault of ours, said once to the operator's log; never to a client. */
export function reportFault(error: unknown): void {
  // oxlint-disable-next-line no-console -- Workers log through the console
  console.error(error)
}

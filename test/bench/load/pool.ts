// Bounded concurrency for what a scenario prepares.
/** Runs `work` on every item, so many at a time; results in the order of the items. */
export async function pool<T, R>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const queue = [...items].entries()
  const results: R[] = []
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await work(item, index)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return results
}

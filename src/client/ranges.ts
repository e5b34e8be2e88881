// Which stretches of a thread are loaded without a hole, apart from the one that ends at its head.

/** Both ends belong to it. */
export type Range = { readonly from: number; readonly to: number }

/** The ranges with one more; those that touch or overlap become one. In order, never touching. */
export function addRange(ranges: readonly Range[], added: Range): readonly Range[] {
  if (added.to < added.from) return ranges
  const apart = ranges.filter((range) => range.to < added.from - 1 || range.from > added.to + 1)
  const joined = ranges.filter((range) => !apart.includes(range))
  const from = Math.min(added.from, ...joined.map((range) => range.from))
  const to = Math.max(added.to, ...joined.map((range) => range.to))
  return [...apart, { from, to }].toSorted((a, b) => a.from - b.from)
}

export const rangeOf = (ranges: readonly Range[], seq: number): Range | undefined =>
  ranges.find((range) => range.from <= seq && seq <= range.to)

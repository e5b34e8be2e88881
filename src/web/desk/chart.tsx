// A small line: how a number went.

const width = 240
const height = 48
/** So that a line at its highest is not cut. */
const edge = 3

export function Chart({ values, says }: { values: number[]; says: string }) {
  const highest = Math.max(1, ...values)
  const step = width / Math.max(1, values.length - 1)
  const points = values.map((value, index) => {
    const y = height - edge - (value / highest) * (height - 2 * edge)
    return `${(index * step).toFixed(1)},${y.toFixed(1)}`
  })
  const line = points.length === 1 ? [...points, `${width},${points[0]?.split(',')[1]}`] : points
  return (
    <svg
      className="chart"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={says}
    >
      <polygon points={`0,${height} ${line.join(' ')} ${width},${height}`} />
      <polyline points={line.join(' ')} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}

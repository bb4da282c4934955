/** Repeated measurements -> what is reported of them. */

export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly count: number
}

/** In the unit of the samples, of which there is at least one. */
export function summarize(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((left, right) => left - right)
  const [min, max] = [sorted[0], sorted.at(-1)]
  if (min === undefined || max === undefined) throw new Error('bug: there is nothing to summarize')
  return { median: medianOfSorted(sorted), min, max, count: sorted.length }
}

/** Of an even number of samples the middle between the two in the middle. */
function medianOfSorted(sorted: readonly number[]): number {
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0
  return (lower + upper) / 2
}

export interface Point {
  readonly size: number
  readonly cost: number
}

/**
 * The exponent k of the curve cost = c * size^k that lies nearest (least squares of the logarithms): 1 is linear, 0 flat.
 * There are at least two sizes, and every cost is above 0.
 */
export function fitExponent(points: readonly Point[]): number {
  const logs = points.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }))
  const mean = (of: (log: { readonly x: number; readonly y: number }) => number): number =>
    logs.reduce((sum, log) => sum + of(log), 0) / logs.length
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)]
  const spread = mean(({ x }) => (x - meanX) ** 2)
  if (spread === 0) throw new Error('bug: one size makes no curve')
  return mean(({ x, y }) => (x - meanX) * (y - meanY)) / spread
}

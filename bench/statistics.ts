/** Nearest-rank percentile of ascending `sorted`; `NaN` if it is empty. */
export function percentile(sorted: readonly number[] | Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN
  const rank = Math.ceil(share * sorted.length)
  return sorted[Math.min(Math.max(rank, 1), sorted.length) - 1] ?? Number.NaN
}

/** How a set of times spreads, in milliseconds. `undefined` numbers stand for "no sample". */
export type Spread = {
  readonly count: number
  readonly p50: number | undefined
  readonly p99: number | undefined
  readonly max: number | undefined
}

/** Summarize samples in nanoseconds. */
export function spreadOf(samplesNs: readonly number[]): Spread {
  const sorted = Float64Array.from(samplesNs).sort()
  if (sorted.length === 0) return { count: 0, p50: undefined, p99: undefined, max: undefined }
  return {
    count: sorted.length,
    p50: toMs(percentile(sorted, 0.5)),
    p99: toMs(percentile(sorted, 0.99)),
    max: toMs(percentile(sorted, 1)),
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle] ?? Number.NaN
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

function toMs(ns: number): number {
  return Math.round(ns / 1e3) / 1e3
}

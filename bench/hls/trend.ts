/** A value at a time. */
export type Sample = { readonly at: number; readonly value: number }

/** A straight line through samples, by least squares. */
export type Trend = {
  /** Growth of the value per unit of time. */
  readonly slope: number
  /** Standard error of the slope: below twice that, it may be nothing. */
  readonly error: number
}

/** The line that fits best; no growth for fewer than three samples. */
export function trendOf(samples: readonly Sample[]): Trend {
  if (samples.length < 3) return { slope: 0, error: 0 }
  const [at, value] = [mean(samples.map(sample => sample.at)), mean(samples.map(sample => sample.value))]
  const spread = sum(samples.map(sample => (sample.at - at) ** 2))
  const slope = sum(samples.map(sample => (sample.at - at) * (sample.value - value))) / spread
  const rest = sum(samples.map(sample => (sample.value - value - slope * (sample.at - at)) ** 2))
  return { slope, error: Math.sqrt(rest / (samples.length - 2) / spread) }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0)
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length
}

/**
 * The line of `values` as an SVG path that fills `width` × `height`, oldest value at the left; '' for less than two.
 * The scale starts at zero, so that a steady rate looks steady.
 */
export function sparklinePath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return ''
  const top = Math.max(...values, 1)
  const gap = width / (values.length - 1)
  const points = values.map((value, at) => `${round(at * gap)} ${round(height - (value / top) * height)}`)
  return `M${points.join('L')}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

import type { Milliseconds } from './units.ts'

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i

/**
 * Parse a time such as `2026-11-21T09:30:00Z` out of a query, where a plus sign is a space unless it is written as `%2B`.
 * `undefined` if it is none.
 *
 * @returns Milliseconds since the Unix epoch.
 * @see RFC 3339 §5.6
 */
export function parseDateTime(text: string): Milliseconds | undefined {
  const written = text.replace(/ (\d\d:\d\d)$/, '+$1')
  const time = dateTime.test(written) ? Date.parse(written) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

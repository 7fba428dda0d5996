import type { Milliseconds } from './units.ts'

const dateTime = /^(\d{4}-\d\d-\d\d)T(?!24)\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i

/**
 * Parse a time such as `2026-11-21T09:30:00Z` out of a query, where a plus sign is a space unless it is written as `%2B`.
 * `undefined` if it is none.
 *
 * @returns Milliseconds since the Unix epoch.
 * @see RFC 3339 §5.6
 */
export function parseDateTime(text: string): Milliseconds | undefined {
  const written = text.replace(/ (\d\d:\d\d)$/, '+$1')
  const [, date] = dateTime.exec(written) ?? []
  if (date === undefined || !isInCalendar(date)) return undefined
  const time = Date.parse(written)
  return Number.isNaN(time) ? undefined : time
}

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function isInCalendar(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date)
}

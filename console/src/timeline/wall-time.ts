/** Milliseconds since 1970, by the server's clock. */
export type WallTime = number

export type TimeSpan = { readonly from: WallTime; readonly to: WallTime }

/** Where the viewer is, unless a test says otherwise. */
type Zone = string | undefined

/** `14:03:22`. */
export function formatClock(time: WallTime, zone?: Zone): string {
  return format(time, { hour: '2-digit', minute: '2-digit', second: '2-digit' }, zone)
}

/** `14:03`. */
export function formatMinute(time: WallTime, zone?: Zone): string {
  return format(time, { hour: '2-digit', minute: '2-digit' }, zone)
}

/** `21 Nov`. */
export function formatDay(time: WallTime, zone?: Zone): string {
  return format(time, { day: 'numeric', month: 'short' }, zone)
}

/** `14:03:22`, with the day where that is not the one of `reference`. */
export function formatMoment(time: WallTime, reference: WallTime, zone?: Zone): string {
  const day = formatDay(time, zone)
  const clock = formatClock(time, zone)
  return day === formatDay(reference, zone) ? clock : `${day}, ${clock}`
}

function format(time: WallTime, parts: Intl.DateTimeFormatOptions, timeZone: Zone): string {
  return new Intl.DateTimeFormat('en-GB', { ...parts, hourCycle: 'h23', ...(timeZone && { timeZone }) }).format(time)
}

import { shareOf } from './time-view.ts'
import { formatClock, formatDay, formatMinute, type TimeSpan, type WallTime } from './wall-time.ts'

/** A label under the bar, at a share of its width. */
export type TimeMark = { readonly share: number; readonly label: string }

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
/** Distances between labels that people count in. */
const steps = [
  ...[5, 10, 15, 30].map(count => count * second),
  ...[1, 2, 5, 10, 15, 30].map(count => count * minute),
  ...[1, 2, 3, 6, 12].map(count => count * hour),
  ...[1, 2, 7, 14, 30].map(count => count * day),
]
/** Labels nearer to an end than this would stick out. */
const margin = 0.04

/**
 * At most `most` labels for a view, at round times of the viewer's day.
 *
 * @param zoneOffset Milliseconds that the viewer's clock is ahead of UTC.
 */
export function timeMarks(view: TimeSpan, most: number, zoneOffset: number, zone?: string): readonly TimeMark[] {
  const span = view.to - view.from
  const step = steps.find(candidate => span / candidate <= most) ?? Math.ceil(span / most / day) * day
  const first = Math.ceil((view.from + zoneOffset) / step) * step - zoneOffset
  const count = Math.max(0, Math.floor((view.to - first) / step) + 1)
  const times = Array.from({ length: count }, (_, i) => first + i * step)
  return times
    .map(time => ({ share: shareOf(view, time), label: labelOf(time, step, zoneOffset, zone) }))
    .filter(({ share }) => share >= margin && share <= 1 - margin)
}

/** Midnight is told by its day. */
function labelOf(time: WallTime, step: number, zoneOffset: number, zone: string | undefined): string {
  if ((time + zoneOffset) % day === 0) return formatDay(time, zone)
  return step < minute ? formatClock(time, zone) : formatMinute(time, zone)
}

/** How far the clock of this browser is ahead of UTC at a time. */
export function zoneOffsetAt(time: WallTime): number {
  return -new Date(time).getTimezoneOffset() * minute
}

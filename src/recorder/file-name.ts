import type { Milliseconds } from '../core/units.ts'

/** Leaves room for the time, the number and the extension in the 255 bytes that file systems take. */
const longestStreamPart = 220

/**
 * The name of a recording, without folder and extension: `live/test` at 2026-01-31 09:05:00 is `live_test_20260131_090500`.
 *
 * @param start Wall-clock time of the first frame; written as local time.
 * @param attempt 1 for the plain name; from 2 on it is appended, for names that are taken.
 */
export function recordingFileName(streamName: string, start: Milliseconds, attempt: number): string {
  const streamPart = streamName.replaceAll('/', '_').slice(0, longestStreamPart)
  const number = attempt === 1 ? '' : `_${attempt}`
  return `${streamPart}_${formatLocalTime(new Date(start))}${number}`
}

/** `YYYYMMDD_HHMMSS` in the machine's time zone. */
function formatLocalTime(date: Date): string {
  const day = [date.getMonth() + 1, date.getDate()].map(twoDigits).join('')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join('')
  return `${date.getFullYear()}${day}_${time}`
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0')
}

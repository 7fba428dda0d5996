import type { Milliseconds } from '../core/units.ts'
import { defineField, type Field, type FieldOptions, oneText, type Parsed } from './field.ts'
import { type Limits, limitsPhrase } from './limits.ts'

const pattern = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/
const unitMs = [86_400_000, 3_600_000, 60_000, 1000, 1]

/**
 * Read a span of time: whole numbers with a unit, the largest unit first (`350ms`, `20s`, `1m30s`, `1d`), or `0`.
 *
 * @returns milliseconds, or `undefined` if `text` is not a duration.
 */
export function parseDuration(text: string): Milliseconds | undefined {
  if (text === '0') return 0
  const counts = pattern.exec(text)?.slice(1)
  if (counts === undefined || text === '') return undefined
  const sum = counts.reduce((total, count, index) => total + Number(count ?? 0) * (unitMs[index] ?? 0), 0)
  return Number.isSafeInteger(sum) ? sum : undefined
}

/** A key whose value is a span of time in milliseconds. Limits are written as durations too. */
export function duration(options: FieldOptions<string> & Limits<string>): Field<Milliseconds> {
  const minimum = limit(options.minimum, 0)
  const maximum = limit(options.maximum, Number.MAX_SAFE_INTEGER)
  const parse = (text: string): Parsed<Milliseconds> => {
    const value = parseDuration(text)
    return value === undefined || value < minimum || value > maximum ? undefined : { value }
  }
  const form = `a duration such as 350ms, 20s, 5m, 2h, 1d or 1m30s${limitsPhrase(options)}`
  return defineField(oneText(form, { type: 'string', pattern: pattern.source }, parse), options)
}

function limit(text: string | undefined, unlimited: number): Milliseconds {
  if (text === undefined) return unlimited
  const value = parseDuration(text)
  if (value === undefined) throw new RangeError(`Cannot define a field: its limit must be a duration, is "${text}"`)
  return value
}

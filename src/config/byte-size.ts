import type { Bytes } from '../core/units.ts'
import { defineField, type Field, type FieldOptions, oneText, type Parsed } from './field.ts'
import { type Limits, limitsPhrase } from './limits.ts'

const pattern = /^(\d+)\s?(b|[kmgt]i?b)?$/i
const unitBytes: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/**
 * Read a count of bytes: a whole number, alone or with a binary (`64KiB`) or decimal (`1GB`) unit in any case.
 *
 * @returns bytes, or `undefined` if `text` is not a size.
 */
export function parseByteSize(text: string): Bytes | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, count, unit = 'b'] = match
  const bytes = Number(count) * (unitBytes[unit.toLowerCase()] ?? Number.NaN)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** A key whose value is a count of bytes. Limits are written as sizes too. */
export function byteSize(options: FieldOptions<string> & Limits<string>): Field<Bytes> {
  const minimum = limit(options.minimum, 0)
  const maximum = limit(options.maximum, Number.MAX_SAFE_INTEGER)
  const parse = (text: string): Parsed<Bytes> => {
    const value = parseByteSize(text)
    return value === undefined || value < minimum || value > maximum ? undefined : { value }
  }
  const form = `a size such as 64KiB, 4MiB, 1GB or 65536${limitsPhrase(options)}`
  return defineField(oneText(form, { type: 'string', pattern: pattern.source }, parse), options)
}

function limit(text: string | undefined, unlimited: number): Bytes {
  if (text === undefined) return unlimited
  const value = parseByteSize(text)
  if (value === undefined) throw new RangeError(`Cannot define a field: its limit must be a size, is "${text}"`)
  return value
}

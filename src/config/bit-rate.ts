import type { BitsPerSecond } from '../core/units.ts'
import { defineField, type Field, type FieldOptions, oneText } from './field.ts'

const pattern = /^(\d{1,12}(?:\.\d{1,6})?)([kMG]?)$/
const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 }

/**
 * Read a bit rate: `6M`, `800k`, `1.5G`, or bits per second without a unit. As in FFmpeg, units are decimal.
 *
 * @returns bits per second, or `undefined` if `text` is no rate.
 */
export function parseBitRate(text: string): BitsPerSecond | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, count, unit = ''] = match
  return Math.round(Number(count) * (units[unit] ?? Number.NaN))
}

/** A key whose value is a bit rate. */
export function bitRate(options: FieldOptions<string>): Field<BitsPerSecond> {
  const form = 'bits per second such as 6M, 800k or 6000000'
  const parse = (text: string): { readonly value: BitsPerSecond } | undefined => {
    const value = parseBitRate(text)
    return value === undefined ? undefined : { value }
  }
  return defineField(oneText(form, { type: 'string', pattern: pattern.source }, parse), options)
}

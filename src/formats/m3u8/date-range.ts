import type { Milliseconds } from '../../core/units.ts'
import { formatSeconds, formatTag } from './attribute-list.ts'

/** A time of the programme about which something is to be told. Source: RFC 8216bis §4.4.5.1. */
export type DateRange = {
  /** No two of a playlist have the same. */
  readonly id: string
  /** Wall-clock time. */
  readonly start: Milliseconds
  /** `undefined` while it is not known. */
  readonly duration?: Milliseconds
  /** As long as it is expected to be. */
  readonly plannedDuration?: Milliseconds
  /** Whole sections of SCTE-35: the way out, the way back in, or neither. */
  readonly scte35Out?: Uint8Array
  readonly scte35In?: Uint8Array
  readonly scte35Cmd?: Uint8Array
}

/** @see RFC 8216bis §4.4.5.1, and §4.4.5.1.2 for SCTE-35 */
export function formatDateRange({ id, start, duration, plannedDuration, ...scte35 }: DateRange): string {
  return formatTag('EXT-X-DATERANGE', {
    ID: { quoted: id },
    'START-DATE': { quoted: new Date(start).toISOString() },
    DURATION: optionalSeconds(duration),
    'PLANNED-DURATION': optionalSeconds(plannedDuration),
    'SCTE35-OUT': optionalHex(scte35.scte35Out),
    'SCTE35-IN': optionalHex(scte35.scte35In),
    'SCTE35-CMD': optionalHex(scte35.scte35Cmd),
  })
}

function optionalSeconds(duration: Milliseconds | undefined): string | undefined {
  return duration === undefined ? undefined : formatSeconds(duration / 1000)
}

function optionalHex(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : `0x${Buffer.from(bytes).toString('hex').toUpperCase()}`
}

import type { Ticks } from '../../core/units.ts'
import { fullBox, uint32, uint64 } from './box.ts'
import { BoxFields, decodeBoxes } from './decode-box.ts'

/** Something to tell whoever plays, at a time of the media. Source: ISO/IEC 23009-1 §5.10.3.3. */
export type EventMessage = {
  /** Says what `data` is. */
  readonly scheme: string
  /** Ticks per second of its times. */
  readonly timescale: number
  /** On the timeline of the samples. */
  readonly presentationTime: Ticks
  /** `undefined` if it is not known. What 32 bits cannot say is told to be so. */
  readonly duration?: Ticks
  /** 32 bits. Messages of a scheme with the same id are the same. */
  readonly id: number
  readonly data: Uint8Array
}

const unknownDuration = 0xffffffff

/**
 * An emsg, which stands in front of a movie fragment.
 *
 *     | timescale (32) | presentation_time (64) | event_duration (32) | id (32) | scheme_id_uri | 0 | value | 0 | data |
 *
 * Version 1, whose time is that of the presentation, as ID3 and KLV have it. No value: no scheme that is written needs one.
 *
 * @see ISO/IEC 23009-1 §5.10.3.3.3, ISO/IEC 23000-19 §7.4.5
 */
export function encodeEventMessage(event: EventMessage): Uint8Array {
  const { scheme, timescale, presentationTime, duration = unknownDuration, id, data } = event
  const times = [uint32(timescale), uint64(presentationTime), uint32(Math.min(duration, unknownDuration), id)]
  return fullBox('emsg', 1, 0, ...times, Buffer.from(`${scheme}\0\0`, 'latin1'), data)
}

/** Version and flags, and what else stands before the scheme. */
const headSize = 4 + 4 + 8 + 4 + 4

/**
 * The messages that stand in front of the fragments of a segment. Those of version 0, whose times count from where the
 * segment begins, are left out.
 *
 * @param segment Whole.
 * @returns Views of `segment`.
 * @throws {ProtocolError}
 * @see ISO/IEC 23009-1 §5.10.3.3.3
 */
export function decodeEventMessages(segment: Uint8Array): readonly EventMessage[] {
  return decodeBoxes(segment)
    .filter(({ type }) => type === 'emsg')
    .flatMap(({ data }) => decodeMessage(data) ?? [])
}

function decodeMessage(data: Uint8Array): EventMessage | undefined {
  const fields = new BoxFields('emsg', data)
  if (fields.version !== 1) return undefined
  const [timescale, presentationTime, duration, id] = [fields.u32(4), fields.u64(8), fields.u32(16), fields.u32(20)]
  const schemeEnd = endOfText(fields, data, headSize)
  const valueEnd = endOfText(fields, data, schemeEnd + 1)
  const scheme = Buffer.from(data.subarray(headSize, schemeEnd)).toString('latin1')
  const facts = { scheme, timescale, presentationTime, id, data: data.subarray(valueEnd + 1) }
  return duration === unknownDuration ? facts : { ...facts, duration }
}

/** Where the zero stands that ends a text. @throws {ProtocolError} If there is none. */
function endOfText(fields: BoxFields, data: Uint8Array, at: number): number {
  const end = data.indexOf(0, at)
  fields.u8(end === -1 ? data.length : end)
  return end
}

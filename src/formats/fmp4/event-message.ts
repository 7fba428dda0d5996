import type { Ticks } from '../../core/units.ts'
import { fullBox, uint32, uint64 } from './box.ts'

/** Something to tell whoever plays, at a time of the media. Source: ISO/IEC 23009-1 §5.10.3.3. */
export type EventMessage = {
  /** Says what `data` is. */
  readonly scheme: string
  /** Ticks per second of its times. */
  readonly timescale: number
  /** On the timeline of the samples. */
  readonly presentationTime: Ticks
  /** `undefined` if it is not known. */
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
  const times = [uint32(timescale), uint64(presentationTime), uint32(duration, id)]
  return fullBox('emsg', 1, 0, ...times, Buffer.from(`${scheme}\0\0`, 'latin1'), data)
}

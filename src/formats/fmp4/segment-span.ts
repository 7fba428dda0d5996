import { ProtocolError } from '../../core/errors.ts'
import type { Ticks } from '../../core/units.ts'
import { decodeSegmentHead } from './segment-head.ts'
import { decodeSegmentSamples } from './segment-samples.ts'

/** What a segment of one track says of itself. */
export type SegmentSpan = {
  readonly timescale: number
  /** Decode time of its first sample, as its fragment says. */
  readonly time: Ticks
  readonly duration: Ticks
  readonly samples: number
  /** True if decoding can start with the first one. */
  readonly isIndependent: boolean
}

/**
 * How long a segment lasts, and from when on, by what stands in its fragments.
 *
 * @param init The initialisation segment, of one track.
 * @param segment Fragments of that track, all of them whole.
 * @throws {ProtocolError} Also if there is no sample.
 * @see ISO/IEC 14496-12 §8.8
 */
export function decodeSegmentSpan(init: Uint8Array, segment: Uint8Array): SegmentSpan {
  const head = decodeSegmentHead(init)
  const { samples, end } = decodeSegmentSamples(head, segment)
  const [first] = samples
  if (first === undefined) {
    throw new ProtocolError('mp4', 'malformed', 'Cannot read MP4 segment: it has a sample')
  }
  const { decodeTime: time, isSync: isIndependent } = first
  return {
    timescale: head.timescale,
    time: time - head.shift,
    duration: end - time,
    samples: samples.length,
    isIndependent,
  }
}

import { ProtocolError } from '../../core/errors.ts'
import type { Ticks } from '../../core/units.ts'
import { BoxFields, decodeBoxes, decodeBoxHeader, requireBox } from './decode-box.ts'
import { decodeFragment, decodeTrackExtends, type FragmentTrack } from './decode-fragment.ts'

/** What a segment of one track says of itself. */
export type SegmentSpan = {
  readonly timescale: number
  /** Decode time of its first sample. */
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
  const moov = requireBox(init, 'moov')
  const [[trackId, defaults] = none()] = decodeTrackExtends(moov)
  const mdhd = new BoxFields('mdhd', requireBox(moov, 'trak', 'mdia', 'mdhd'))
  const timescale = mdhd.u32(mdhd.version === 0 ? 12 : 20)
  if (timescale === 0) throw malformed('its timescale is not 0')
  let track: FragmentTrack = { defaults, end: 0 }
  let time: Ticks | undefined
  let samples = 0
  let isIndependent = false
  for (const { moof, at } of fragmentsOf(segment)) {
    const runs = decodeFragment(moof, at, id => (id === trackId ? track : undefined))
    for (const run of runs) {
      if (samples === 0) isIndependent = run.samples[0]?.isSync === true
      time ??= run.samples[0]?.decodeTime
      samples += run.samples.length
      track = { defaults, end: run.end }
    }
  }
  if (time === undefined) throw malformed('it has a sample')
  return { timescale, time, duration: track.end - time, samples, isIndependent }
}

function* fragmentsOf(segment: Uint8Array): Generator<{ readonly moof: Uint8Array; readonly at: number }> {
  let at = 0
  for (const { type, data } of decodeBoxes(segment)) {
    const header = decodeBoxHeader(segment, at)
    if (type === 'moof') yield { moof: data, at }
    at += (header?.headerSize ?? 0) + data.length
  }
}

function none(): never {
  throw malformed('it has a track in fragments')
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('mp4', 'malformed', `Cannot read MP4 segment: ${rule}`)
}

import { ProtocolError } from '../../core/errors.ts'
import type { Ticks } from '../../core/units.ts'
import { BoxFields, findBox, requireBox } from './decode-box.ts'
import { decodeTrackExtends, type SampleDefaults } from './decode-fragment.ts'
import { decodeShift } from './file-track.ts'
import { decodeLanguage } from './media-language.ts'
import { movieTimescale, type TrakFacts } from './movie-boxes.ts'

/** What the initialisation segment of one track says of its segments. */
export type SegmentHead = TrakFacts & {
  /** What is in the box stsd: a view. */
  readonly stsd: Uint8Array
  readonly defaults: SampleDefaults
  /** From the times of the samples to those of the stream that they were made of: what an edit list says. */
  readonly shift: Ticks
}

/**
 * Decode an initialisation segment of one track.
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-12 §8.3.2 (tkhd), §8.6.6 (elst), §8.4.2 (mdhd), §8.5.2 (stsd), §8.8.3 (trex)
 */
export function decodeSegmentHead(init: Uint8Array): SegmentHead {
  const moov = requireBox(init, 'moov')
  const [[trackId, defaults] = none()] = decodeTrackExtends(moov)
  const tkhd = new BoxFields('tkhd', requireBox(moov, 'trak', 'tkhd'))
  const mdhd = new BoxFields('mdhd', requireBox(moov, 'trak', 'mdia', 'mdhd'))
  const timescale = mdhd.u32(mdhd.version === 0 ? 12 : 20)
  if (timescale === 0) throw malformed('its timescale is not 0')
  const sizeAt = tkhd.version === 0 ? 76 : 88
  const hasPicture = findBox(moov, 'trak', 'mdia', 'minf', 'vmhd') !== undefined
  return {
    ...{ trackId, timescale, defaults, handler: hasPicture ? 'vide' : 'soun', ...decodeLanguage(mdhd) },
    ...{ width: tkhd.u16(sizeAt), height: tkhd.u16(sizeAt + 4) },
    shift: decodeShift(requireBox(moov, 'trak'), timescale, movieTimescale),
    stsd: requireBox(moov, 'trak', 'mdia', 'minf', 'stbl', 'stsd'),
  }
}

/** True if one sample description does for the samples of both. */
export function shareDescription(a: SegmentHead, b: SegmentHead): boolean {
  return a.timescale === b.timescale && a.handler === b.handler && Buffer.compare(a.stsd, b.stsd) === 0
}

function none(): never {
  throw malformed('it has a track in fragments')
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('mp4', 'malformed', `Cannot read MP4 initialisation segment: ${rule}`)
}

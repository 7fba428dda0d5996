import { decodeOpusIdentificationHeader } from '../../codecs/opus/identification-header.ts'
import { unlessMalformed } from '../../core/errors.ts'
import { rescale } from '../../core/time.ts'
import type { Track } from '../../media/track.ts'

const sampleRate = 48_000
const nanoseconds = 1_000_000_000
/** A decoder needs 80 ms before it is in tune. Source: RFC 7845 §4.6. */
const seekPreRoll = 80_000_000

/** Times of a track, in nanoseconds. */
export type OpusTiming = { readonly codecDelay: number; readonly seekPreRoll: number }

/**
 * CodecDelay and SeekPreRoll of an Opus track; `undefined` for others, and for Opus whose header is malformed. The delay
 * is the pre-skip; readers subtract it from the timestamp of each block.
 *
 * @see RFC 9559 §5.1.4.1.25 (CodecDelay), RFC 7845 §5.1 (pre-skip)
 */
export function opusTiming({ codec, config }: Track): OpusTiming | undefined {
  if (codec !== 'opus' || config === undefined) return undefined
  const header = unlessMalformed(() => decodeOpusIdentificationHeader(config))
  return header && { codecDelay: rescale(header.preSkip, sampleRate, nanoseconds), seekPreRoll }
}

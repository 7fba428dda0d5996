import type { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { frameRateOf } from '../frame-rate.ts'
import { skipVuiPicture } from '../nal/vui-picture.ts'

/** What the VUI says of the order and the pace of pictures. */
export type H264Vui = {
  /** Frames per second. */
  readonly frameRate: number | undefined
  /** Frames that come before another in the order of decoding and behind it in the order of showing. */
  readonly maxNumReorderFrames: number | undefined
}

const mostReorderFrames = 16
const mostCpbs = 32

/**
 * Decode a VUI from its flag on, at the end of an SPS. A tick of the VUI is a field, so a frame has two. What stands
 * behind the frame rate is as good as missing where it is cut short.
 *
 * @throws {ProtocolError}
 * @see ITU-T H.264 §E.1.1, §E.2.1
 */
export function decodeVui(reader: BitReader): H264Vui {
  if (!reader.flag()) return { frameRate: undefined, maxNumReorderFrames: undefined } // vui_parameters_present_flag
  skipVuiPicture(reader)
  const hasTimingInfo = reader.flag()
  const frameRate = hasTimingInfo ? decodeFrameRate(reader) : undefined
  return { frameRate, maxNumReorderFrames: unlessCut(() => decodeMaxNumReorderFrames(reader, hasTimingInfo)) }
}

function decodeFrameRate(reader: BitReader): number | undefined {
  const numUnitsInTick = reader.bits(32)
  const timeScale = reader.bits(32)
  return frameRateOf(timeScale, 2 * numUnitsInTick)
}

function decodeMaxNumReorderFrames(reader: BitReader, hasTimingInfo: boolean): number | undefined {
  if (hasTimingInfo) reader.skip(1) // fixed_frame_rate_flag
  const hasNalHrd = reader.flag()
  if (hasNalHrd) skipHrd(reader)
  const hasVclHrd = reader.flag()
  if (hasVclHrd) skipHrd(reader)
  if (hasNalHrd || hasVclHrd) reader.skip(1) // low_delay_hrd_flag
  reader.skip(1) // pic_struct_present_flag
  if (!reader.flag()) return undefined // bitstream_restriction_flag
  reader.skip(1) // motion_vectors_over_pic_boundaries_flag
  for (let field = 0; field < 4; field++) reader.unsignedExpGolomb() // two denominators, two lengths of vectors
  const frames = reader.unsignedExpGolomb()
  return frames <= mostReorderFrames ? frames : undefined
}

/** ITU-T H.264 §E.1.2. */
function skipHrd(reader: BitReader): void {
  const cpbs = reader.unsignedExpGolomb() + 1
  if (cpbs > mostCpbs)
    throw new ProtocolError('h264', 'malformed', `Cannot decode H.264 HRD: CPBs are ${mostCpbs} at most`)
  reader.skip(8) // bit_rate_scale, cpb_size_scale
  for (let cpb = 0; cpb < cpbs; cpb++) {
    reader.unsignedExpGolomb() // bit_rate_value_minus1
    reader.unsignedExpGolomb() // cpb_size_value_minus1
    reader.skip(1) // cbr_flag
  }
  reader.skip(20) // lengths of delays
}

function unlessCut<Value>(decode: () => Value): Value | undefined {
  try {
    return decode()
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}

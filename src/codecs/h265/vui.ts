import type { BitReader } from '../../core/bit-reader.ts'
import { frameRateOf } from '../frame-rate.ts'
import { skipVuiPicture } from '../nal/vui-picture.ts'

/**
 * Decode the frame rate from the VUI flag on, at the end of an SPS. A tick of the VUI is a frame.
 *
 * @throws {ProtocolError}
 * @see ITU-T H.265 §E.2.1, §E.3.1 (vui_num_units_in_tick)
 */
export function decodeVuiFrameRate(reader: BitReader): number | undefined {
  if (!reader.flag()) return undefined // vui_parameters_present_flag
  skipVuiPicture(reader)
  reader.skip(3) // neutral_chroma_indication_flag, field_seq_flag, frame_field_info_present_flag
  if (reader.flag()) for (let edge = 0; edge < 4; edge++) reader.unsignedExpGolomb() // default display window
  if (!reader.flag()) return undefined // vui_timing_info_present_flag
  const numUnitsInTick = reader.bits(32)
  const timeScale = reader.bits(32)
  return frameRateOf(timeScale, numUnitsInTick)
}

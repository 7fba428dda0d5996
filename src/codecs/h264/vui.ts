import type { BitReader } from '../../core/bit-reader.ts'
import { frameRateOf } from '../frame-rate.ts'
import { skipVuiPicture } from '../nal/vui-picture.ts'

/**
 * Decode the frame rate from the VUI flag on, at the end of an SPS. A tick of the VUI is a field, so a frame has two.
 *
 * @throws {ProtocolError}
 * @see ITU-T H.264 §E.1.1, §E.2.1 (num_units_in_tick)
 */
export function decodeVuiFrameRate(reader: BitReader): number | undefined {
  if (!reader.flag()) return undefined // vui_parameters_present_flag
  skipVuiPicture(reader)
  if (!reader.flag()) return undefined // timing_info_present_flag
  const numUnitsInTick = reader.bits(32)
  const timeScale = reader.bits(32)
  return frameRateOf(timeScale, 2 * numUnitsInTick)
}

import type { BitReader } from '../../core/bit-reader.ts'

const extendedSar = 255

/**
 * Skip what VUI parameters of H.264 and H.265 both begin with: sample shape, overscan, video signal, chroma place.
 *
 * @see ITU-T H.264 §E.1.1, ITU-T H.265 §E.2.1
 */
export function skipVuiPicture(reader: BitReader): void {
  if (reader.flag() && reader.bits(8) === extendedSar) reader.skip(32) // sar_width, sar_height
  if (reader.flag()) reader.skip(1) // overscan_appropriate_flag
  if (reader.flag()) {
    reader.skip(4) // video_format, video_full_range_flag
    if (reader.flag()) reader.skip(24) // colour_primaries, transfer_characteristics, matrix_coeffs
  }
  if (reader.flag()) {
    reader.unsignedExpGolomb() // chroma_sample_loc_type_top_field
    reader.unsignedExpGolomb() // chroma_sample_loc_type_bottom_field
  }
}

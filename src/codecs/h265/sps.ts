import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { decodeBitDepthMinus8 } from '../nal/bit-depth.ts'
import { removeEmulationPrevention } from '../nal/rbsp.ts'
import { h265NalUnitTypes } from './nal-unit-type.ts'
import { decodeProfileTierLevel, type ProfileTierLevel } from './profile-tier-level.ts'
import { skipShortTermRefPicSets } from './short-term-ref-pic-sets.ts'
import { decodeVuiFrameRate } from './vui.ts'

/** The facts of an H.265 sequence parameter set. */
export type H265Sps = {
  readonly maxSubLayersMinus1: number
  readonly temporalIdNesting: boolean
  readonly profileTierLevel: ProfileTierLevel
  readonly chromaFormatIdc: number
  readonly bitDepthLumaMinus8: number
  readonly bitDepthChromaMinus8: number
  /** In luma samples, as shown: inside the conformance window. */
  readonly width: number
  readonly height: number
  /** Pictures that come before another in the order of decoding and behind it in the order of showing: of all layers. */
  readonly maxNumReorderPics: number
  /** Frames per second, if the VUI says so. */
  readonly frameRate: number | undefined
}

const mostBitDepthMinus8 = 8
const mostLongTermPictures = 32

/**
 * Decode an SPS NAL unit, header included.
 *
 * @throws {ProtocolError}
 * @see ITU-T H.265 §7.3.2.2.1
 */
export function decodeH265Sps(unit: Uint8Array): H265Sps {
  const reader = new BitReader(removeEmulationPrevention(unit), 'h265')
  const nalUnitType = (reader.bits(16) >> 9) & 0x3f
  if (nalUnitType !== h265NalUnitTypes.sps)
    throw malformed(`the NAL unit type is ${h265NalUnitTypes.sps}, is ${nalUnitType}`)

  reader.skip(4) // sps_video_parameter_set_id
  const maxSubLayersMinus1 = reader.bits(3)
  const temporalIdNesting = reader.flag()
  const profileTierLevel = decodeProfileTierLevel(reader, maxSubLayersMinus1)
  reader.unsignedExpGolomb() // sps_seq_parameter_set_id
  const size = decodeSize(reader)
  const bitDepthLumaMinus8 = decodeBitDepthMinus8(reader, mostBitDepthMinus8, 'h265')
  const bitDepthChromaMinus8 = decodeBitDepthMinus8(reader, mostBitDepthMinus8, 'h265')
  const pictureOrderBits = decodePictureOrderBits(reader)
  const maxNumReorderPics = decodeMaxNumReorderPics(reader, maxSubLayersMinus1)
  skipCodingTools(reader)
  skipReferencePictures(reader, pictureOrderBits)
  reader.skip(2) // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
  const frameRate = decodeVuiFrameRate(reader)
  const bitDepths = { bitDepthLumaMinus8, bitDepthChromaMinus8 }
  return {
    maxSubLayersMinus1,
    temporalIdNesting,
    profileTierLevel,
    ...size,
    ...bitDepths,
    maxNumReorderPics,
    frameRate,
  }
}

function decodeSize(reader: BitReader): Pick<H265Sps, 'chromaFormatIdc' | 'width' | 'height'> {
  const chromaFormatIdc = reader.unsignedExpGolomb()
  if (chromaFormatIdc > 3) throw malformed(`chroma_format_idc is 0 to 3, is ${chromaFormatIdc}`)
  const separateColourPlanes = chromaFormatIdc === 3 && reader.flag()
  const codedWidth = reader.unsignedExpGolomb()
  const codedHeight = reader.unsignedExpGolomb()

  const unitX = !separateColourPlanes && (chromaFormatIdc === 1 || chromaFormatIdc === 2) ? 2 : 1
  const unitY = !separateColourPlanes && chromaFormatIdc === 1 ? 2 : 1
  const hasWindow = reader.flag()
  const width = codedWidth - (hasWindow ? unitX * (reader.unsignedExpGolomb() + reader.unsignedExpGolomb()) : 0)
  const height = codedHeight - (hasWindow ? unitY * (reader.unsignedExpGolomb() + reader.unsignedExpGolomb()) : 0)
  if (width <= 0 || height <= 0) throw malformed(`the conformance window is not empty, is ${width} x ${height}`)
  return { chromaFormatIdc, width, height }
}

/** @returns Bits of a picture order count as long-term reference pictures have it. */
function decodePictureOrderBits(reader: BitReader): number {
  const pictureOrderBits = reader.unsignedExpGolomb() + 4
  if (pictureOrderBits > 16) throw malformed(`log2_max_pic_order_cnt_lsb is at most 16, is ${pictureOrderBits}`)
  return pictureOrderBits
}

function decodeMaxNumReorderPics(reader: BitReader, maxSubLayersMinus1: number): number {
  const orderedLayers = reader.flag() ? maxSubLayersMinus1 + 1 : 1
  let ofHighestLayer = 0
  for (let layer = 0; layer < orderedLayers; layer++) {
    reader.unsignedExpGolomb() // sps_max_dec_pic_buffering_minus1
    ofHighestLayer = reader.unsignedExpGolomb()
    reader.unsignedExpGolomb() // sps_max_latency_increase_plus1
  }
  return ofHighestLayer
}

function skipCodingTools(reader: BitReader): void {
  skipExpGolomb(reader, 6) // block sizes and transform depths
  if (reader.flag() && reader.flag()) skipScalingListData(reader)
  reader.skip(2) // amp_enabled_flag, sample_adaptive_offset_enabled_flag
  if (reader.flag()) skipPcm(reader)
}

function skipPcm(reader: BitReader): void {
  reader.skip(8) // bit depths
  skipExpGolomb(reader, 2) // block sizes
  reader.skip(1) // pcm_loop_filter_disabled_flag
}

/** ITU-T H.265 §7.3.4. */
function skipScalingListData(reader: BitReader): void {
  for (let sizeId = 0; sizeId < 4; sizeId++) {
    for (let matrixId = 0; matrixId < 6; matrixId += sizeId === 3 ? 3 : 1) {
      const isCoded = reader.flag()
      if (isCoded) skipExpGolomb(reader, Math.min(64, 1 << (4 + 2 * sizeId)) + (sizeId > 1 ? 1 : 0))
      else reader.unsignedExpGolomb() // scaling_list_pred_matrix_id_delta
    }
  }
}

function skipReferencePictures(reader: BitReader, pictureOrderBits: number): void {
  skipShortTermRefPicSets(reader)
  if (!reader.flag()) return // long_term_ref_pics_present_flag
  const count = reader.unsignedExpGolomb()
  if (count > mostLongTermPictures)
    throw malformed(`long-term pictures are at most ${mostLongTermPictures}, is ${count}`)
  reader.skip(count * (pictureOrderBits + 1))
}

/** ue(v) and se(v) are equally long. */
function skipExpGolomb(reader: BitReader, count: number): void {
  for (let index = 0; index < count; index++) reader.unsignedExpGolomb()
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('h265', 'malformed', `Cannot decode H.265 SPS: ${rule}`)
}

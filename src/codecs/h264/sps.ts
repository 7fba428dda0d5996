import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { decodeBitDepthMinus8 } from '../nal/bit-depth.ts'
import { removeEmulationPrevention } from '../nal/rbsp.ts'
import { h264NalUnitTypes } from './nal-unit-type.ts'
import { decodeVui, type H264Vui } from './vui.ts'

/** How samples are stored, in the words of ITU-T H.264 §7.3.2.1.1. */
export type H264Chroma = {
  readonly chromaFormatIdc: number
  readonly separateColourPlanes: boolean
  readonly bitDepthLumaMinus8: number
  readonly bitDepthChromaMinus8: number
}

/** The facts of an H.264 sequence parameter set. */
export type H264Sps = {
  readonly profileIdc: number
  /** constraint_set0_flag to constraint_set5_flag, highest bit first, and two reserved bits. */
  readonly constraintFlags: number
  readonly levelIdc: number
  readonly chroma: H264Chroma
  /** In luma samples, as shown: cropped. */
  readonly width: number
  readonly height: number
  readonly vui: H264Vui
}

const mostBitDepthMinus8 = 6
/** Profiles whose SPS says the chroma format. */
const chromaProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])
/** What the SPS of other profiles means without saying it. */
const eightBit420: H264Chroma = {
  chromaFormatIdc: 1,
  separateColourPlanes: false,
  bitDepthLumaMinus8: 0,
  bitDepthChromaMinus8: 0,
}

/**
 * Decode an SPS NAL unit, header included.
 *
 * @throws {ProtocolError}
 * @see ITU-T H.264 §7.3.2.1.1 and §7.4.2.1.1
 */
export function decodeH264Sps(unit: Uint8Array): H264Sps {
  const reader = new BitReader(removeEmulationPrevention(unit), 'h264')
  const nalUnitType = reader.bits(8) & 0x1f
  if (nalUnitType !== h264NalUnitTypes.sps)
    throw malformed(`the NAL unit type is ${h264NalUnitTypes.sps}, is ${nalUnitType}`)

  const profileIdc = reader.bits(8)
  const constraintFlags = reader.bits(8)
  const levelIdc = reader.bits(8)
  reader.unsignedExpGolomb() // seq_parameter_set_id
  const chroma = decodeChroma(reader, profileIdc)
  skipPictureOrder(reader)
  const size = decodeSize(reader, chroma)
  return { profileIdc, constraintFlags, levelIdc, chroma, ...size, vui: decodeVui(reader) }
}

function decodeChroma(reader: BitReader, profileIdc: number): H264Chroma {
  if (!chromaProfiles.has(profileIdc)) return eightBit420
  const chromaFormatIdc = reader.unsignedExpGolomb()
  if (chromaFormatIdc > 3) throw malformed(`chroma_format_idc is 0 to 3, is ${chromaFormatIdc}`)
  const separateColourPlanes = chromaFormatIdc === 3 && reader.flag()
  const bitDepthLumaMinus8 = decodeBitDepthMinus8(reader, mostBitDepthMinus8, 'h264')
  const bitDepthChromaMinus8 = decodeBitDepthMinus8(reader, mostBitDepthMinus8, 'h264')
  reader.skip(1) // qpprime_y_zero_transform_bypass_flag
  if (reader.flag()) skipScalingLists(reader, chromaFormatIdc === 3 ? 12 : 8)
  return { chromaFormatIdc, separateColourPlanes, bitDepthLumaMinus8, bitDepthChromaMinus8 }
}

function skipScalingLists(reader: BitReader, count: number): void {
  for (let list = 0; list < count; list++) {
    if (reader.flag()) skipScalingList(reader, list < 6 ? 16 : 64)
  }
}

/** ITU-T H.264 §7.3.2.1.1.1. A next scale of 0 ends the list. */
function skipScalingList(reader: BitReader, size: number): void {
  let scale = 8
  for (let index = 0; index < size; index++) {
    scale = (scale + reader.signedExpGolomb()) & 0xff
    if (scale === 0) return
  }
}

function skipPictureOrder(reader: BitReader): void {
  reader.unsignedExpGolomb() // log2_max_frame_num_minus4
  const picOrderCntType = reader.unsignedExpGolomb()
  if (picOrderCntType === 0)
    reader.unsignedExpGolomb() // log2_max_pic_order_cnt_lsb_minus4
  else if (picOrderCntType === 1) skipPictureOrderCycle(reader)
  reader.unsignedExpGolomb() // max_num_ref_frames
  reader.skip(1) // gaps_in_frame_num_value_allowed_flag
}

function skipPictureOrderCycle(reader: BitReader): void {
  reader.skip(1) // delta_pic_order_always_zero_flag
  reader.signedExpGolomb() // offset_for_non_ref_pic
  reader.signedExpGolomb() // offset_for_top_to_bottom_field
  const count = reader.unsignedExpGolomb()
  if (count > 255) throw malformed(`num_ref_frames_in_pic_order_cnt_cycle is at most 255, is ${count}`)
  for (let index = 0; index < count; index++) reader.signedExpGolomb()
}

function decodeSize(reader: BitReader, chroma: H264Chroma): { readonly width: number; readonly height: number } {
  const widthInMbs = reader.unsignedExpGolomb() + 1
  const heightInMapUnits = reader.unsignedExpGolomb() + 1
  const frameMbsOnly = reader.flag()
  if (!frameMbsOnly) reader.skip(1) // mb_adaptive_frame_field_flag
  reader.skip(1) // direct_8x8_inference_flag

  const fields = frameMbsOnly ? 1 : 2
  const isSubsampled = !chroma.separateColourPlanes
  const unitX = isSubsampled && (chroma.chromaFormatIdc === 1 || chroma.chromaFormatIdc === 2) ? 2 : 1
  const unitY = (isSubsampled && chroma.chromaFormatIdc === 1 ? 2 : 1) * fields
  const crop = decodeCrop(reader)
  const width = widthInMbs * 16 - crop.horizontal * unitX
  const height = heightInMapUnits * 16 * fields - crop.vertical * unitY
  if (width <= 0 || height <= 0) throw malformed(`the cropped picture is not empty, is ${width} x ${height}`)
  return { width, height }
}

function decodeCrop(reader: BitReader): { readonly horizontal: number; readonly vertical: number } {
  if (!reader.flag()) return { horizontal: 0, vertical: 0 }
  const horizontal = reader.unsignedExpGolomb() + reader.unsignedExpGolomb()
  const vertical = reader.unsignedExpGolomb() + reader.unsignedExpGolomb()
  return { horizontal, vertical }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('h264', 'malformed', `Cannot decode H.264 SPS: ${rule}`)
}

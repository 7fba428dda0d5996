import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { type Av1ColorConfig, decodeAv1ColorConfig } from './color-config.ts'
import { decodeAv1OperatingPoints, type OperatingPoints } from './operating-points.ts'

/** The facts of an AV1 sequence header, in the words of AV1 §6.4. */
export type Av1SequenceHeader = OperatingPoints & {
  readonly profile: number
  readonly reducedStillPictureHeader: boolean
  /** The largest that a frame of the sequence has. */
  readonly maxFrameWidth: number
  readonly maxFrameHeight: number
  readonly color: Av1ColorConfig
}

const highestProfile = 2

/**
 * Decode the payload of a sequence header OBU.
 *
 * @throws {ProtocolError}
 * @see AV1 §5.5.1
 */
export function decodeAv1SequenceHeader(payload: Uint8Array): Av1SequenceHeader {
  const reader = new BitReader(payload, 'av1')
  const profile = reader.bits(3)
  if (profile > highestProfile) {
    const rule = `seq_profile is at most ${highestProfile}, is ${profile}`
    throw new ProtocolError('av1', 'malformed', `Cannot decode AV1 sequence header: ${rule}`)
  }
  reader.skip(1) // still_picture
  const reducedStillPictureHeader = reader.flag()
  const operatingPoints = decodeAv1OperatingPoints(reader, reducedStillPictureHeader)
  const widthBits = reader.bits(4) + 1
  const heightBits = reader.bits(4) + 1
  const maxFrameWidth = reader.bits(widthBits) + 1
  const maxFrameHeight = reader.bits(heightBits) + 1
  if (!reducedStillPictureHeader) skipFrameIds(reader)
  reader.skip(3) // use_128x128_superblock, enable_filter_intra, enable_intra_edge_filter
  if (!reducedStillPictureHeader) skipInterTools(reader)
  reader.skip(3) // enable_superres, enable_cdef, enable_restoration
  const color = decodeAv1ColorConfig(reader, profile)
  return { profile, reducedStillPictureHeader, ...operatingPoints, maxFrameWidth, maxFrameHeight, color }
}

function skipFrameIds(reader: BitReader): void {
  if (reader.flag()) reader.skip(7) // delta_frame_id_length_minus_2, additional_frame_id_length_minus_1
}

function skipInterTools(reader: BitReader): void {
  reader.skip(4) // interintra and masked compound, warped motion, dual filter
  const hasOrderHint = reader.flag()
  if (hasOrderHint) reader.skip(2) // enable_jnt_comp, enable_ref_frame_mvs
  const choosesScreenContentTools = reader.flag()
  const mayForceScreenContentTools = choosesScreenContentTools || reader.flag()
  if (mayForceScreenContentTools && !reader.flag()) reader.skip(1) // seq_force_integer_mv
  if (hasOrderHint) reader.skip(3) // order_hint_bits_minus_1
}

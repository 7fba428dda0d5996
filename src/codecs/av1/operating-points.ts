import type { BitReader } from '../../core/bit-reader.ts'
import { frameRateOf } from '../frame-rate.ts'

/** Of a sequence header: how fast it plays, and which decoders can play its first operating point. */
export type OperatingPoints = {
  /** seq_level_idx[0]: 8 is level 4.0; 31 is no limit. */
  readonly level: number
  /** seq_tier[0]: 1 is the high tier. */
  readonly tier: 0 | 1
  /** Frames per second, if the timing info says that they are equally long. */
  readonly frameRate: number | undefined
}

/** Levels from 4.0 on have two tiers. */
const lastLevelWithoutTier = 7

/**
 * Decode a sequence header from timing_info_present_flag, or from the level of a reduced header, to the last operating
 * point.
 *
 * @throws {ProtocolError}
 * @see AV1 §5.5.1, §5.5.3, §5.5.4, §5.5.5
 */
export function decodeAv1OperatingPoints(reader: BitReader, isReduced: boolean): OperatingPoints {
  if (isReduced) return { level: reader.bits(5), tier: 0, frameRate: undefined }
  const hasTiming = reader.flag()
  const frameRate = hasTiming ? decodeTimingInfo(reader) : undefined
  const bufferDelayBits = hasTiming && reader.flag() ? decodeDecoderModelInfo(reader) : 0
  const hasInitialDisplayDelay = reader.flag()
  const count = reader.bits(5) + 1
  const first = decodeOperatingPoint(reader, bufferDelayBits, hasInitialDisplayDelay)
  for (let index = 1; index < count; index++) decodeOperatingPoint(reader, bufferDelayBits, hasInitialDisplayDelay)
  return { ...first, frameRate }
}

function decodeTimingInfo(reader: BitReader): number | undefined {
  const numUnitsInDisplayTick = reader.bits(32)
  const timeScale = reader.bits(32)
  const hasEqualPictureInterval = reader.flag()
  if (!hasEqualPictureInterval) return undefined
  const numTicksPerPicture = reader.unsignedExpGolomb() + 1 // uvlc() of AV1 §4.10.3 is the same code
  return frameRateOf(timeScale, numUnitsInDisplayTick * numTicksPerPicture)
}

/** @returns Bits of a buffer delay. */
function decodeDecoderModelInfo(reader: BitReader): number {
  const bufferDelayBits = reader.bits(5) + 1
  reader.skip(32 + 5 + 5) // num_units_in_decoding_tick, length of removal and of presentation times
  return bufferDelayBits
}

function decodeOperatingPoint(
  reader: BitReader,
  bufferDelayBits: number,
  hasInitialDisplayDelay: boolean,
): Pick<OperatingPoints, 'level' | 'tier'> {
  reader.skip(12) // operating_point_idc
  const level = reader.bits(5)
  const tier = level > lastLevelWithoutTier && reader.flag() ? 1 : 0
  if (bufferDelayBits > 0 && reader.flag()) reader.skip(2 * bufferDelayBits + 1) // operating_parameters_info
  if (hasInitialDisplayDelay && reader.flag()) reader.skip(4) // initial_display_delay_minus_1
  return { level, tier }
}

import type { BitReader } from '../../core/bit-reader.ts'

/** Which decoders can play it, in the words of ITU-T H.265 §7.3.3. */
export type ProfileTierLevel = {
  readonly generalProfileSpace: number
  readonly generalTierFlag: boolean
  readonly generalProfileIdc: number
  /** general_profile_compatibility_flag[0] is the highest bit. */
  readonly generalProfileCompatibilityFlags: number
  /** general_progressive_source_flag and the 47 bits behind it, as 6 bytes. */
  readonly generalConstraintFlags: readonly number[]
  readonly generalLevelIdc: number
}

const subLayerProfileBits = 88
const subLayerLevelBits = 8

/**
 * Decode profile_tier_level(1, maxSubLayersMinus1); what it says about sub-layers is skipped.
 *
 * @throws {ProtocolError}
 * @see ITU-T H.265 §7.3.3
 */
export function decodeProfileTierLevel(reader: BitReader, maxSubLayersMinus1: number): ProfileTierLevel {
  const general: ProfileTierLevel = {
    generalProfileSpace: reader.bits(2),
    generalTierFlag: reader.flag(),
    generalProfileIdc: reader.bits(5),
    generalProfileCompatibilityFlags: reader.bits(32),
    generalConstraintFlags: Array.from({ length: 6 }, () => reader.bits(8)),
    generalLevelIdc: reader.bits(8),
  }
  const subLayers = Array.from({ length: maxSubLayersMinus1 }, () => ({ profile: reader.flag(), level: reader.flag() }))
  if (maxSubLayersMinus1 > 0) reader.skip(2 * (8 - maxSubLayersMinus1))
  for (const { profile, level } of subLayers) {
    reader.skip((profile ? subLayerProfileBits : 0) + (level ? subLayerLevelBits : 0))
  }
  return general
}

/** The general part of profile_tier_level as configuration records hold it: 12 bytes. ISO/IEC 14496-15 §8.3.3.1.2. */
export function encodeProfileTierLevel(level: ProfileTierLevel): number[] {
  const tier = level.generalTierFlag ? 1 : 0
  const compatibility = level.generalProfileCompatibilityFlags
  return [
    (level.generalProfileSpace << 6) | (tier << 5) | level.generalProfileIdc,
    ...[24, 16, 8, 0].map(shift => (compatibility >>> shift) & 0xff),
    ...level.generalConstraintFlags,
    level.generalLevelIdc,
  ]
}

/**
 * The codec string for `video/mp4`, such as `hvc1.1.6.L93.B0`: profile, compatibility flags with the lowest bit first,
 * tier and level, constraint bytes without the zeros at the end.
 *
 * @see ISO/IEC 14496-15 §E.3
 */
export function h265CodecString(level: ProfileTierLevel): string {
  const space = ['', 'A', 'B', 'C'][level.generalProfileSpace]
  const compatibility = reverseBits(level.generalProfileCompatibilityFlags).toString(16).toUpperCase()
  const tier = level.generalTierFlag ? 'H' : 'L'
  const constraints = [...level.generalConstraintFlags]
  while (constraints.at(-1) === 0) constraints.pop()
  return [
    'hvc1',
    `${space}${level.generalProfileIdc}`,
    compatibility,
    `${tier}${level.generalLevelIdc}`,
    ...constraints.map(byte => byte.toString(16).toUpperCase()),
  ].join('.')
}

function reverseBits(word: number): number {
  let reversed = 0
  for (let bit = 0; bit < 32; bit++) reversed = reversed * 2 + ((word >>> bit) & 1)
  return reversed
}

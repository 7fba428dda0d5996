import type { BitReader } from '../../core/bit-reader.ts'

/** Which decoders can play it, in the words of ITU-T H.266 §7.3.3.1. */
export type H266ProfileTierLevel = {
  readonly generalProfileIdc: number
  readonly generalTierFlag: boolean
  readonly generalLevelIdc: number
  /** ptl_frame_only_constraint_flag, ptl_multilayer_enabled_flag and general_constraints_info() behind them. */
  readonly constraints: readonly number[]
}

/** The flags of general_constraints_info() in front of the number of additional bits. ITU-T H.266 §7.3.3.2. */
const constraintFlagBits = 71
const base32Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * Decode profile_tier_level(1, maxSubLayersMinus1) of an SPS; what it says about sub-layers is skipped.
 *
 *     | profile_idc (7) | tier_flag (1) | level_idc (8) | frame_only (1) | multilayer (1) | gci_present_flag (1) |
 *     | flags (71), gci_num_additional_bits (8), additional bits, if gci_present_flag | zeros to the byte |
 *     | sub-layer flags … | zeros to the byte | sub-layer levels … | num_sub_profiles (8) | { sub_profile_idc (32) } … |
 *
 * @throws {ProtocolError}
 * @see ITU-T H.266 §7.3.3.1, §7.3.3.2
 */
export function decodeSpsProfileTierLevel(reader: BitReader, maxSubLayersMinus1: number): H266ProfileTierLevel {
  const general = decodeGeneral(reader)
  const constraints = decodeSpsConstraints(reader)
  skipSubLayers(reader, maxSubLayersMinus1)
  return { ...general, constraints }
}

/**
 * Decode the VvcPTLRecord of a configuration record, where the size of the constraints stands in front.
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-15 §11.2.4.2.2
 */
export function decodePtlRecord(reader: BitReader, numSublayers: number): H266ProfileTierLevel {
  reader.skip(2) // reserved
  const constraintBytes = Math.max(1, reader.bits(6)) // the two flags take a byte even if nothing stands behind them
  const general = decodeGeneral(reader)
  const constraints = Array.from({ length: constraintBytes }, () => reader.bits(8))
  skipSubLayers(reader, Math.max(0, numSublayers - 1))
  return { ...general, constraints }
}

type General = Omit<H266ProfileTierLevel, 'constraints'>

function decodeGeneral(reader: BitReader): General {
  return { generalProfileIdc: reader.bits(7), generalTierFlag: reader.flag(), generalLevelIdc: reader.bits(8) }
}

/** The reader stands at a byte boundary, and does so again. */
function decodeSpsConstraints(reader: BitReader): number[] {
  const bits = [reader.bits(1), reader.bits(1), reader.bits(1)]
  const isPresent = bits[2] === 1
  if (isPresent) {
    for (let flag = 0; flag < constraintFlagBits; flag++) bits.push(reader.bits(1))
    skipAdditionalBits(reader)
  }
  reader.align()
  return toBytes(bits)
}

function skipAdditionalBits(reader: BitReader): void {
  const gciNumAdditionalBits = reader.bits(8)
  reader.skip(gciNumAdditionalBits)
}

function toBytes(bits: readonly number[]): number[] {
  const octets = bits.join('').match(/.{1,8}/g) ?? []
  return octets.map(octet => Number.parseInt(octet.padEnd(8, '0'), 2))
}

/** Both forms have the flags in whole bytes. */
function skipSubLayers(reader: BitReader, maxSubLayersMinus1: number): void {
  let levels = 0
  for (let layer = 0; layer < maxSubLayersMinus1; layer++) if (reader.flag()) levels++
  reader.align()
  reader.skip(8 * levels)
  const subProfiles = reader.bits(8)
  reader.skip(32 * subProfiles)
}

/**
 * The codec string for `video/mp4`, such as `vvc1.1.L67.CQA`: profile, tier and level, constraints in base32 without the
 * zero bytes at the end, of which one stays, since browsers want them all to have some.
 *
 * @see ISO/IEC 14496-15 §E.6, RFC 4648 §6
 */
export function h266CodecString(level: H266ProfileTierLevel): string {
  const constraints = [...level.constraints]
  while (constraints.length > 1 && constraints.at(-1) === 0) constraints.pop()
  const tier = level.generalTierFlag ? 'H' : 'L'
  return `vvc1.${level.generalProfileIdc}.${tier}${level.generalLevelIdc}.C${base32(constraints)}`
}

function base32(bytes: readonly number[]): string {
  const bits = bytes.map(byte => byte.toString(2).padStart(8, '0')).join('')
  const digits = bits.match(/.{1,5}/g) ?? []
  return digits.map(digit => base32Digits[Number.parseInt(digit.padEnd(5, '0'), 2)]).join('')
}

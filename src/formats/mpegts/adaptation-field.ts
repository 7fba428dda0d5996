import type { Bytes, Ticks } from '../../core/units.ts'
import { systemClock } from './clock.ts'
import { referenceClock, writeClockReference } from './clock-reference.ts'

export type AdaptationField = {
  /** True if the clock, or what it is told of, does not go on from what was before. */
  readonly discontinuity: boolean
  /** True if decoding can start with the PES packet that begins here. */
  readonly randomAccess: boolean
  /** Ticks of 90 kHz, in any turn of the 33 bits. */
  readonly pcr: Ticks | undefined
}

export const noAdaptation: AdaptationField = { discontinuity: false, randomAccess: false, pcr: undefined }

/** What a receiver needs of an adaptation field. */
export type ReceivedAdaptation = {
  /** Bytes of the field, its length included. */
  readonly size: Bytes
  /** The continuity counter may jump here. */
  readonly discontinuity: boolean
}

const lengthSize: Bytes = 1
const flagsSize: Bytes = 1
const pcrSize: Bytes = 6
const discontinuityIndicator = 0x80
const randomAccessIndicator = 0x40
const pcrFlag = 0x10
const stuffingByte = 0xff
/** From the start of the field: behind length and flags. */
const clockReferenceAt = 2

/** Bytes that the field needs, its length included; 0 if it says nothing and can be left out. */
export function adaptationFieldSize({ discontinuity, randomAccess, pcr }: AdaptationField): Bytes {
  if (pcr !== undefined) return lengthSize + flagsSize + pcrSize
  return discontinuity || randomAccess ? lengthSize + flagsSize : 0
}

/**
 * Write an adaptation field of exactly `size` bytes, at least 1 and at least what it needs: the rest is stuffing. One
 * byte is a length of 0.
 *
 *     | adaptation_field_length (8) | discontinuity (1) | random_access (1) | es_priority (1) | PCR_flag (1) |
 *     | OPCR, splicing_point, private_data, extension flags (4) | PCR (48) | stuffing 0xff … |
 *
 * @see ISO/IEC 13818-1 §2.4.3.4
 */
export function writeAdaptationField(into: Uint8Array, at: number, size: Bytes, field: AdaptationField): void {
  const end = at + size
  into[at] = size - lengthSize
  if (size === lengthSize) return
  into[at + 1] =
    (field.discontinuity ? discontinuityIndicator : 0) |
    (field.randomAccess ? randomAccessIndicator : 0) |
    (field.pcr === undefined ? 0 : pcrFlag)
  const stuffingAt = at + lengthSize + flagsSize
  if (field.pcr === undefined) {
    into.fill(stuffingByte, stuffingAt, end)
    return
  }
  writeClockReference(into, stuffingAt, (field.pcr * referenceClock) / systemClock)
  into.fill(stuffingByte, stuffingAt + pcrSize, end)
}

/**
 * Decode the adaptation field at `at` of a packet that ends at `end`. `writeAdaptationField` has the layout.
 *
 * @returns `undefined` if it does not fit into the packet.
 * @see ISO/IEC 13818-1 §2.4.3.4
 */
export function decodeAdaptationField(bytes: Uint8Array, at: number, end: number): ReceivedAdaptation | undefined {
  const length = bytes[at] as number
  const size = lengthSize + length
  if (at + size > end) return undefined
  return { size, discontinuity: length > 0 && ((bytes[at + 1] as number) & discontinuityIndicator) !== 0 }
}

/** True if the adaptation field at `at` has a PCR. */
export function hasClockReference(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] as number) > 0 && ((bytes[at + 1] as number) & pcrFlag) !== 0
}

/**
 * Put another PCR into an adaptation field that has one.
 *
 * @param time Ticks of 27 MHz.
 * @param isJump True if the clock does not go on from the PCR before.
 */
export function replaceClockReference(into: Uint8Array, at: number, time: Ticks, isJump: boolean): void {
  if (isJump) into[at + 1] = (into[at + 1] as number) | discontinuityIndicator
  writeClockReference(into, at + clockReferenceAt, time)
}

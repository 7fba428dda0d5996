import { BitReader } from '../../core/bit-reader.ts'
import { decodeObus, type Obu, obuTypes } from './obu.ts'
import { decodeAv1SequenceHeader } from './sequence-header.ts'

const keyFrame = 0

/**
 * A temporal unit as containers take it: without temporal delimiters.
 *
 * @returns `unit` itself if it has none, a view of it if the first OBU is the only one, else a copy.
 * @throws {ProtocolError}
 * @see AV1-ISOBMFF §2.4
 */
export function withoutTemporalDelimiters(unit: Uint8Array): Uint8Array {
  const obus = decodeObus(unit)
  const kept = obus.filter(obu => obu.type !== obuTypes.temporalDelimiter)
  if (kept.length === obus.length) return unit
  if (kept.length === obus.length - 1 && kept[0] === obus[1]) return unit.subarray(obus[0]?.bytes.length)
  return join(kept)
}

/**
 * True if decoding can start at this temporal unit: its first frame is a key frame that is shown. A delayed random
 * access point, whose key frame is shown only later, is none.
 *
 * @throws {ProtocolError}
 * @see AV1 §5.9.2 (uncompressed_header), §7.6.2
 */
export function isAv1KeyFrame(unit: Uint8Array): boolean {
  let isReducedStillPicture = false
  for (const { type, payload } of decodeObus(unit)) {
    if (type === obuTypes.sequenceHeader) {
      isReducedStillPicture = decodeAv1SequenceHeader(payload).reducedStillPictureHeader
    } else if (type === obuTypes.frame || type === obuTypes.frameHeader) {
      return isReducedStillPicture || isShownKeyFrame(payload)
    }
  }
  return false
}

/** The sequence header OBU of a temporal unit, if it has one: key frames do. A view. @throws {ProtocolError} */
export function findSequenceHeader(unit: Uint8Array): Obu | undefined {
  return decodeObus(unit).find(obu => obu.type === obuTypes.sequenceHeader)
}

function isShownKeyFrame(payload: Uint8Array): boolean {
  const reader = new BitReader(payload, 'av1')
  const showsExistingFrame = reader.flag()
  return !showsExistingFrame && reader.bits(2) === keyFrame && reader.flag()
}

function join(obus: readonly Obu[]): Uint8Array {
  const bytes = new Uint8Array(obus.reduce((size, obu) => size + obu.bytes.length, 0))
  let at = 0
  for (const obu of obus) {
    bytes.set(obu.bytes, at)
    at += obu.bytes.length
  }
  return bytes
}

import { ByteReader } from '../../core/byte-reader.ts'
import type { NalCodec } from './nal-codec.ts'

/** Bytes of the length in front of each NAL unit. */
export type LengthSize = 1 | 2 | 4

/**
 * Take a frame apart into its NAL units. Empty units, which some encoders write, are left out.
 *
 *     { NALUnitLength (8 * lengthSize) | NAL unit } …
 *
 * @returns Views of `frame`.
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-15 §5.3.4.2.1
 */
export function decodeLengthPrefixed(frame: Uint8Array, lengthSize: LengthSize, codec: NalCodec): Uint8Array[] {
  const reader = new ByteReader(frame, codec)
  const units: Uint8Array[] = []
  while (reader.bytesLeft > 0) {
    const unit = reader.bytes(readLength(reader, lengthSize))
    if (unit.length > 0) units.push(unit)
  }
  return units
}

/** Join NAL units to a frame, each behind its length in four bytes. */
export function encodeLengthPrefixed(units: readonly Uint8Array[]): Uint8Array {
  const frame = new Uint8Array(units.reduce((size, unit) => size + 4 + unit.length, 0))
  const view = new DataView(frame.buffer)
  let at = 0
  for (const unit of units) {
    view.setUint32(at, unit.length)
    frame.set(unit, at + 4)
    at += 4 + unit.length
  }
  return frame
}

function readLength(reader: ByteReader, lengthSize: LengthSize): number {
  switch (lengthSize) {
    case 1:
      return reader.u8()
    case 2:
      return reader.u16()
    case 4:
      return reader.u32()
  }
}

import { ProtocolError } from '../../core/errors.ts'
import type { NalCodec } from './nal-codec.ts'

/** zero_byte and start_code_prefix_one_3bytes: the long form may stand in front of every unit. */
const startCodeSize = 4

/** Bytes that `writeAnnexB` writes; as many as the units have with lengths of four bytes. */
export function annexBSize(units: readonly Uint8Array[]): number {
  let size = 0
  for (const unit of units) size += startCodeSize + unit.length
  return size
}

/**
 * Write NAL units as a byte stream, each behind a start code: `annexBSize(units)` bytes from `at` on.
 *
 * @returns Where the stream ends.
 * @see ITU-T H.264 §B.1.1, ITU-T H.265 §B.2.1, ITU-T H.266 §B.2.1
 */
export function writeAnnexB(units: readonly Uint8Array[], into: Uint8Array, at: number): number {
  let end = at
  for (const unit of units) {
    into.fill(0, end, end + startCodeSize - 1)
    into[end + startCodeSize - 1] = 1
    into.set(unit, end + startCodeSize)
    end += startCodeSize + unit.length
  }
  return end
}

/** NAL units as a byte stream of their own. */
export function encodeAnnexB(units: readonly Uint8Array[]): Uint8Array {
  const stream = new Uint8Array(annexBSize(units))
  writeAnnexB(units, stream, 0)
  return stream
}

/**
 * Take a byte stream of whole NAL units apart. The zeros between a unit and the next start code belong to neither: a
 * unit never ends with one.
 *
 *     { zeros … | 00 00 01 | NAL unit } … zeros …
 *
 * @returns Views of `stream`.
 * @throws {ProtocolError} If the stream does not begin with a start code.
 * @see ITU-T H.264 §B.1.1, ITU-T H.265 §B.2.1, ITU-T H.266 §B.2.1
 */
export function decodeAnnexB(stream: Uint8Array, codec: NalCodec): Uint8Array[] {
  const units: Uint8Array[] = []
  let prefix = nextStartCode(stream, 0)
  if (prefix === -1 || trimZeros(stream, 0, prefix).length > 0) {
    throw new ProtocolError(codec, 'malformed', `Cannot decode Annex B ${codec}: it begins with a start code`)
  }
  while (prefix !== -1) {
    const next = nextStartCode(stream, prefix + 3)
    const unit = trimZeros(stream, prefix + 3, next === -1 ? stream.length : next)
    if (unit.length > 0) units.push(unit)
    prefix = next
  }
  return units
}

/** Where the next `00 00 01` is; -1 if there is none. */
function nextStartCode(stream: Uint8Array, from: number): number {
  for (let one = stream.indexOf(1, from + 2); one !== -1; one = stream.indexOf(1, one + 1)) {
    if (stream[one - 1] === 0 && stream[one - 2] === 0) return one - 2
  }
  return -1
}

function trimZeros(stream: Uint8Array, from: number, to: number): Uint8Array {
  let end = to
  while (end > from && stream[end - 1] === 0) end--
  return stream.subarray(from, end)
}

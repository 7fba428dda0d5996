import { ProtocolError } from '../../core/errors.ts'
import type { NalCodec } from './nal-codec.ts'

/** start_code_prefix_one_3bytes. */
const startCode = Uint8Array.of(0, 0, 1)

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
  // Of all ways to search, the one for several bytes of Buffer is by far the fastest.
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.length)
  const units: Uint8Array[] = []
  let prefix = bytes.indexOf(startCode)
  if (prefix === -1 || trimZeros(stream, 0, prefix).length > 0) {
    throw new ProtocolError(codec, 'malformed', `Cannot decode Annex B ${codec}: it begins with a start code`)
  }
  while (prefix !== -1) {
    const next = bytes.indexOf(startCode, prefix + startCode.length)
    const unit = trimZeros(stream, prefix + startCode.length, next === -1 ? stream.length : next)
    if (unit.length > 0) units.push(unit)
    prefix = next
  }
  return units
}

function trimZeros(stream: Uint8Array, from: number, to: number): Uint8Array {
  let end = to
  while (end > from && stream[end - 1] === 0) end--
  return stream.subarray(from, end)
}

import { ProtocolError } from '../../core/errors.ts'
import type { NalCodec } from './nal-codec.ts'

/** start_code_prefix_one_3bytes. */
export const startCode = Uint8Array.of(0, 0, 1)

/** A byte stream, taken apart at its start codes. Views of it. */
export type SplitStream = {
  /** What stands in front of the first start code. */
  readonly before: Uint8Array
  /** What stands behind each start code, zeros before the next one included. */
  readonly units: readonly Uint8Array[]
}

/** Of one stream: a picture of any level has fewer. Source: ITU-T H.265 table A.8 (600 slice segments). */
const mostUnits = 4096

/**
 * @throws {ProtocolError} If there are more units than any picture has.
 * @see ITU-T H.264 §B.1.1
 */
export function splitAtStartCodes(stream: Uint8Array, codec: NalCodec | 'av1'): SplitStream {
  // Of all ways to search, the one for several bytes of Buffer is by far the fastest.
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.length)
  const units: Uint8Array[] = []
  const first = bytes.indexOf(startCode)
  for (let at = first; at !== -1; ) {
    if (units.length === mostUnits) {
      const rule = `it has at most ${mostUnits} units`
      throw new ProtocolError(codec, 'limit', `Cannot decode ${codec} byte stream: ${rule}`)
    }
    const next = bytes.indexOf(startCode, at + startCode.length)
    units.push(stream.subarray(at + startCode.length, next === -1 ? stream.length : next))
    at = next
  }
  return { before: first === -1 ? stream : stream.subarray(0, first), units }
}

/**
 * Take a byte stream of whole NAL units apart. The zeros between a unit and the next start code belong to neither: a
 * unit never ends with one.
 *
 *     { zeros … | 00 00 01 | NAL unit } … zeros …
 *
 * @returns Views of `stream`.
 * @throws {ProtocolError} If the stream does not begin with a start code, or has too many.
 * @see ITU-T H.264 §B.1.1, ITU-T H.265 §B.2.1, ITU-T H.266 §B.2.1
 */
export function decodeAnnexB(stream: Uint8Array, codec: NalCodec): readonly Uint8Array[] {
  const { before, units } = splitAtStartCodes(stream, codec)
  if (units.length === 0 || trimZeros(before).length > 0) {
    throw new ProtocolError(codec, 'malformed', `Cannot decode Annex B ${codec}: it begins with a start code`)
  }
  return units.map(trimZeros).filter(unit => unit.length > 0)
}

function trimZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  return bytes.subarray(0, end)
}

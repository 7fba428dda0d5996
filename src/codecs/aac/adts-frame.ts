import { ProtocolError } from '../../core/errors.ts'
import { type AdtsHeader, adtsHeaderSize } from './adts-header.ts'

/** Of a checksum, and of a raw_data_block_position. */
const wordSize = 2

/**
 * The raw_data_blocks of a whole ADTS frame with this header, as views of it: each is one frame of sound.
 *
 *     | header | raw_data_block_position (16) for each but the first | crc_check (16) | { block | crc_check (16) } … |
 *
 * A position counts from the first block on. A frame of one block has only the crc_check of the header; where there are
 * several without checksums, nothing tells where one ends but the coded sound itself.
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-3 §1.A.2.2.1 (adts_frame, adts_header_error_check), §1.A.2.2.2
 */
export function decodeAdtsFrame(header: AdtsHeader, frame: Uint8Array): readonly Uint8Array[] {
  const { rawDataBlocks, headerSize, frameLength } = header
  if (rawDataBlocks === 1) return [frame.subarray(headerSize, frameLength)]
  if (headerSize === adtsHeaderSize) throw fault('unsupported', 'several raw_data_blocks have checksums, have none')
  const firstAt = headerSize + wordSize * (rawDataBlocks - 1)
  const blocks: Uint8Array[] = []
  for (let at = firstAt, number = 1; number <= rawDataBlocks; number++) {
    const next = number === rawDataBlocks ? frameLength : firstAt + positionOf(frame, number)
    if (next - wordSize < at || next > frameLength) throw fault('malformed', 'its raw_data_blocks follow each other')
    blocks.push(frame.subarray(at, next - wordSize))
    at = next
  }
  return blocks
}

/** @param number Of the block, the first being 0. */
function positionOf(frame: Uint8Array, number: number): number {
  const at = adtsHeaderSize + wordSize * (number - 1)
  return ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0)
}

function fault(kind: 'unsupported' | 'malformed', rule: string): ProtocolError {
  return new ProtocolError('aac', kind, `Cannot take an ADTS frame apart: ${rule}`)
}

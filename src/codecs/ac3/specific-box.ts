import { decodeAc3SyncFrame } from './sync-frame.ts'

/**
 * The body of the AC3SpecificBox, `dac3`, of a track that begins with `frame`.
 *
 *     | fscod (2) | bsid (5) | bsmod (3) | acmod (3) | lfeon (1) | bit_rate_code (5) | reserved 0 (5) |
 *
 * @throws {ProtocolError}
 * @see ETSI TS 102 366 §F.4
 */
export function encodeAc3SpecificBox(frame: Uint8Array): Uint8Array {
  const { fscod, bsid, bsmod, acmod, lfeon, frmsizecod } = decodeAc3SyncFrame(frame)
  const bitRateCode = frmsizecod >> 1
  const bits =
    (fscod << 22) | (bsid << 17) | (bsmod << 14) | (acmod << 11) | ((lfeon ? 1 : 0) << 10) | (bitRateCode << 5)
  return Uint8Array.of(bits >> 16, bits >> 8, bits)
}

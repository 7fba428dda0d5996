import { removeEmulationPrevention } from '../nal/rbsp.ts'

/** payloadType of the recovery point message. Source: ITU-T H.264 §D.1.1. */
const recoveryPoint = 6
/** rbsp_trailing_bits alone. */
const trailingSize = 1

/**
 * True if an SEI unit says that decoding can start with its picture, which need not be an IDR picture: broadcasters and
 * encoders with intra refresh have no others.
 *
 *     | header (8) | { payloadType: ff … (8) | payloadSize: ff … (8) | payload } … | rbsp_trailing_bits |
 *
 * @see ITU-T H.264 §7.3.2.3, §D.2.8
 */
export function hasRecoveryPoint(seiUnit: Uint8Array): boolean {
  const bytes = removeEmulationPrevention(seiUnit)
  for (let at = 1; at < bytes.length - trailingSize; ) {
    const type = readExtended(bytes, at)
    const size = readExtended(bytes, type.end)
    if (type.value === recoveryPoint) return true
    at = size.end + size.value
  }
  return false
}

function readExtended(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } {
  let at = from
  let value = 0
  while (bytes[at] === 0xff) {
    value += 0xff
    at++
  }
  return { value: value + (bytes[at] ?? 0), end: at + 1 }
}

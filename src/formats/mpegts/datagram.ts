import { syncByte } from './transport-packet.ts'

const rtpVersion = 2
const rtpHeaderSize = 12

/**
 * The packets that a datagram carries: as they are, or behind an RTP header, which tells itself apart by not being a sync
 * byte.
 *
 *     | V 2 (2) | P (1) | X (1) | CC (4) | M, PT 33 (8) | sequence number (16) | timestamp (32) | SSRC (32) |
 *     | CSRC (32) … | extension: profile (16), length (16), words (32) …, if X | packets | padding, if P |
 *
 * @returns A view; `undefined` if it carries none.
 * @see RFC 3550 §5.1, §5.3.1; RFC 2250 §2
 */
export function tsPayload(datagram: Uint8Array): Uint8Array | undefined {
  const [first = 0] = datagram
  if (first === syncByte) return datagram
  if (first >> 6 !== rtpVersion || datagram.length < rtpHeaderSize) return undefined
  const extensionAt = rtpHeaderSize + 4 * (first & 0x0f)
  const [high = 0, low = 0] = datagram.subarray(extensionAt + 2)
  const start = (first & 0x10) === 0 ? extensionAt : extensionAt + 4 + 4 * ((high << 8) | low)
  const padding = (first & 0x20) === 0 ? 0 : (datagram.at(-1) ?? 0)
  const payload = datagram.subarray(start, Math.max(start, datagram.length - padding))
  return payload[0] === syncByte ? payload : undefined
}

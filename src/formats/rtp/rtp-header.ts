import type { Bytes } from '../../core/units.ts'

const rtpVersion = 2
/** Without contributing sources and extension. */
export const rtpHeaderSize: Bytes = 12

/** The head of a packet that has neither padding, extension, marker nor contributing sources. */
export type RtpHeader = {
  readonly payloadType: number
  /** 16 bits, in any turn. */
  readonly sequenceNumber: number
  /** 32 bits, in any turn. */
  readonly timestamp: number
  readonly ssrc: number
}

/**
 * Write an RTP header.
 *
 *     | V 2 (2) | P (1) | X (1) | CC (4) | M (1) | PT (7) | sequence number (16) | timestamp (32) | SSRC (32) |
 *
 * @see RFC 3550 §5.1
 */
export function writeRtpHeader(into: Uint8Array, at: number, header: RtpHeader): void {
  into[at] = rtpVersion << 6
  into[at + 1] = header.payloadType
  into[at + 2] = header.sequenceNumber >> 8
  into[at + 3] = header.sequenceNumber
  writeUint32(into, at + 4, header.timestamp % 2 ** 32)
  writeUint32(into, at + 8, header.ssrc)
}

function writeUint32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24
  into[at + 1] = value >>> 16
  into[at + 2] = value >>> 8
  into[at + 3] = value
}

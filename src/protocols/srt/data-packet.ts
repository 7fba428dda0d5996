import { headerSize, malformed, readWord, timestampOf, writeWord } from './packet.ts'
import { sequenceMask } from './sequence-number.ts'

/** Which key the payload is encrypted with. */
export type PayloadKey = 'none' | 'even' | 'odd'

/** One packet of the stream's payload, in message mode. */
export type DataPacket = {
  readonly sequence: number
  /** Number of the message, 26 bits; a live stream has one packet in each. */
  readonly message: number
  readonly key: PayloadKey
  readonly isRetransmitted: boolean
  /** Microseconds modulo 2^32 on the sender's clock at which the payload was sent for the first time. */
  readonly timestamp: number
  readonly payload: Uint8Array
}

const keys: readonly (PayloadKey | undefined)[] = ['none', 'even', 'odd', undefined]
/** PP 11b: the only packet of its message; O: to be delivered in order. libsrt 1.5.4 sets both in live mode. */
const wholeMessageInOrder = 0xe000_0000
const retransmittedFlag = 0x0400_0000

/** Message numbers have 26 bits. */
export const messageMask = 0x03ff_ffff

/**
 * Decode a data packet. Its payload is a view.
 *
 *     +-+-------------------------------------------------------------+
 *     |0|                  packet sequence number                     |
 *     +-+-+-+-+-+-+---------------------------------------------------+
 *     |P P|O|K K|R|                 message number                    |   KK: 0 not encrypted, 1 even key, 2 odd key
 *     +---+-+---+-+---------------------------------------------------+
 *     |                          timestamp                            |
 *     +---------------------------------------------------------------+
 *     |                    destination socket id                      |
 *     +---------------------------------------------------------------+
 *
 * @param packet Of a size that `checkPacketSize` lets through, and no control packet.
 * @throws {ProtocolError}
 * @see SRT draft §3.1
 */
export function decodeDataPacket(packet: Uint8Array): DataPacket {
  const flags = readWord(packet, 4)
  const key = keys[(flags >>> 27) & 3]
  if (key === undefined) throw malformed('data packet: it must be encrypted with one key, names both')
  return {
    sequence: readWord(packet, 0) & sequenceMask,
    message: flags & messageMask,
    key,
    isRetransmitted: (flags & retransmittedFlag) !== 0,
    timestamp: timestampOf(packet),
    payload: packet.subarray(headerSize),
  }
}

/**
 * Encode a data packet that is a whole message.
 *
 * @param room Where to, if that is as long as the packet.
 */
export function encodeDataPacket(packet: DataPacket, destination: number, room?: Uint8Array): Uint8Array {
  const { sequence, message, key, isRetransmitted, timestamp, payload } = packet
  const size = headerSize + payload.length
  const bytes = room?.length === size ? room : Buffer.allocUnsafe(size)
  const flags = wholeMessageInOrder | (keys.indexOf(key) << 27) | (isRetransmitted ? retransmittedFlag : 0) | message
  writeWord(bytes, 0, sequence)
  writeWord(bytes, 4, flags)
  writeWord(bytes, 8, timestamp)
  writeWord(bytes, 12, destination)
  bytes.set(payload, headerSize)
  return bytes
}

/** Say in an encoded data packet when it was sent first. */
export function stampDataPacket(packet: Uint8Array, timestamp: number): void {
  writeWord(packet, 8, timestamp)
}

/** Note in an encoded data packet that it was sent before. */
export function markRetransmitted(packet: Uint8Array): void {
  packet[4] = (packet[4] ?? 0) | (retransmittedFlag >>> 24)
}

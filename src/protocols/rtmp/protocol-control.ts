import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'
import { type Message, messageType } from './message.ts'

/** How strictly a Set Peer Bandwidth is meant. Source: RTMP 1.0 §5.4.5. */
export const bandwidthLimit = { hard: 0, soft: 1, dynamic: 2 } as const

const largestChunkSize = 0xffffff

/**
 * Decode Set Chunk Size. Sizes above the largest message mean that size.
 *
 *     |0|                chunk size (31 bit)              |
 *
 * @throws {ProtocolError} If the body is cut short or the size is 0.
 * @see RTMP 1.0 §5.4.1
 */
export function decodeSetChunkSize(body: Uint8Array): Bytes {
  const size = u32(body, 'Set Chunk Size') & 0x7fffffff
  if (size === 0)
    throw new ProtocolError('rtmp', 'malformed', 'Cannot set RTMP chunk size: it must be at least 1, is 0')
  return Math.min(size, largestChunkSize)
}

/**
 * Decode Abort: the chunk stream whose unfinished message is given up.
 *
 * @throws {ProtocolError} If the body is cut short.
 * @see RTMP 1.0 §5.4.2
 */
export function decodeAbort(body: Uint8Array): number {
  return u32(body, 'Abort')
}

/**
 * Decode Acknowledgement: bytes that the peer has received, modulo 2^32.
 *
 * @throws {ProtocolError} If the body is cut short.
 * @see RTMP 1.0 §5.4.3
 */
export function decodeAcknowledgement(body: Uint8Array): Bytes {
  return u32(body, 'Acknowledgement')
}

/**
 * Decode Window Acknowledgement Size: bytes after which the peer wants to hear from us.
 *
 * @throws {ProtocolError} If the body is cut short.
 * @see RTMP 1.0 §5.4.4
 */
export function decodeWindowAcknowledgementSize(body: Uint8Array): Bytes {
  return u32(body, 'Window Acknowledgement Size')
}

/**
 * Decode Set Peer Bandwidth: the window that the peer wants us to have. Its limit type does not matter to us, as we
 * take whatever window a peer asks for.
 *
 *     | window size (4) | limit type (1) |
 *
 * @throws {ProtocolError} If the body is cut short.
 * @see RTMP 1.0 §5.4.5
 */
export function decodeSetPeerBandwidth(body: Uint8Array): Bytes {
  return u32(body, 'Set Peer Bandwidth')
}

export function setChunkSize(size: Bytes): Message {
  return control(messageType.setChunkSize, size)
}

export function acknowledgement(received: Bytes): Message {
  return control(messageType.acknowledgement, received)
}

export function windowAcknowledgementSize(size: Bytes): Message {
  return control(messageType.windowAcknowledgementSize, size)
}

export function setPeerBandwidth(size: Bytes, limit: (typeof bandwidthLimit)[keyof typeof bandwidthLimit]): Message {
  return control(messageType.setPeerBandwidth, size, limit)
}

function control(type: number, value: number, ...rest: readonly number[]): Message {
  const payload = new Uint8Array(4 + rest.length)
  new DataView(payload.buffer).setUint32(0, value)
  payload.set(rest, 4)
  return { type, streamId: 0, timestamp: 0, payload }
}

function u32(body: Uint8Array, name: string): number {
  if (body.length < 4) {
    throw new ProtocolError('rtmp', 'malformed', `Cannot decode RTMP ${name}: it needs 4 bytes, has ${body.length}`)
  }
  return new DataView(body.buffer, body.byteOffset).getUint32(0)
}

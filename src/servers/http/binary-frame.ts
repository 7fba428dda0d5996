import { type StreamFraming, sharedFraming } from './stream-framing.ts'

/** FIN and opcode 2: one whole binary message. */
const finalBinary = 0x82

/**
 * Encode one unmasked, unfragmented binary message.
 *
 *     | FIN, opcode (1) | length < 126 (1)        | payload
 *     | FIN, opcode (1) | 126 (1), length (2)     | payload
 *     | FIN, opcode (1) | 127 (1), length (8)     | payload
 *
 * @see RFC 6455 §5.2
 */
export function encodeBinaryFrame(payload: Uint8Array): Buffer {
  const { length } = payload
  const headSize = length < 126 ? 2 : length < 0x10000 ? 4 : 10
  const frame = Buffer.allocUnsafeSlow(headSize + length)
  frame[0] = finalBinary
  if (headSize === 2) {
    frame[1] = length
  } else if (headSize === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.set(payload, headSize)
  return frame
}

/** Each piece is one message, written past the WebSocket library, which writes whole frames too. */
export const binaryMessages: StreamFraming = sharedFraming(encodeBinaryFrame)

import { type StreamFraming, sharedFraming } from './stream-framing.ts'

const lineEnd = '\r\n'

/**
 * Encode one chunk: its size in hexadecimal, and the payload, each behind CR LF.
 *
 * @param payload At least one byte: an empty chunk would end the body.
 * @see RFC 9112 §7.1
 */
export function encodeBodyChunk(payload: Uint8Array): Buffer {
  const head = payload.length.toString(16) + lineEnd
  const chunk = Buffer.allocUnsafeSlow(head.length + payload.length + lineEnd.length)
  chunk.write(head, 0, 'latin1')
  chunk.set(payload, head.length)
  chunk.write(lineEnd, head.length + payload.length, 'latin1')
  return chunk
}

/** For clients of HTTP/1.1: they can tell the end of the stream, `lastChunk`, from a lost connection. */
export const bodyChunks: StreamFraming = sharedFraming(encodeBodyChunk)

/** Ends a body in chunks. */
export const lastChunk = '0\r\n\r\n'

import type { WireRun } from '../../hub/wire-log.ts'
import { framedRuns } from './framed-runs.ts'

const lineEnd = '\r\n'

/** How the bytes of a response body without a known length go to the socket. */
export type BodyFraming = {
  readonly encode: (payload: Uint8Array) => Uint8Array
  readonly encodeRun: (run: WireRun) => Uint8Array
  /** What ends the body; the connection ends behind it. */
  readonly end: Uint8Array
}

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

/** For clients of HTTP/1.1: they can tell the end of the stream from a lost connection. */
export const chunkedBody: BodyFraming = {
  encode: encodeBodyChunk,
  encodeRun: framedRuns(encodeBodyChunk),
  end: Buffer.from('0\r\n\r\n'),
}

/** For clients of HTTP/1.0: the body ends with the connection. */
export const bareBody: BodyFraming = {
  encode: payload => payload,
  encodeRun: run => run.bytes,
  end: new Uint8Array(0),
}

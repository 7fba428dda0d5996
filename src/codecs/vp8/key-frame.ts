import { ProtocolError } from '../../core/errors.ts'

/** What the header of a VP8 key frame says, in the words of RFC 6386 §9.1. */
export type Vp8KeyFrame = {
  /** Which filters reconstruction uses: 0 to 3. */
  readonly version: number
  readonly width: number
  readonly height: number
}

const headerSize = 10
const highestVersion = 3

/** True if decoding can start at this frame. RFC 6386 §9.1. */
export function isVp8KeyFrame(frame: Uint8Array): boolean {
  const [first] = frame
  return first !== undefined && (first & 1) === 0
}

/**
 * Decode the header of a key frame.
 *
 *     | first_part_size (19) show_frame (1) version (3) 0 (1), low byte first | 9d 01 2a |
 *     | horizontal_scale (2) width (14), low byte first | vertical_scale (2) height (14), low byte first |
 *
 * @throws {ProtocolError} Also if the frame is no key frame.
 * @see RFC 6386 §9.1
 */
export function decodeVp8KeyFrame(frame: Uint8Array): Vp8KeyFrame {
  if (frame.length < headerSize) throw malformed(`it has at least ${headerSize} bytes, is ${frame.length}`)
  if (!isVp8KeyFrame(frame)) throw malformed('its first bit is 0, is 1')
  if (frame[3] !== 0x9d || frame[4] !== 0x01 || frame[5] !== 0x2a) throw malformed('its start code is 9d 01 2a')
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
  const version = (view.getUint8(0) >> 1) & 7
  const width = view.getUint16(6, true) & 0x3fff
  const height = view.getUint16(8, true) & 0x3fff
  if (version > highestVersion) throw malformed(`its version is at most ${highestVersion}, is ${version}`)
  if (width === 0 || height === 0) throw malformed(`its picture is not empty, is ${width} x ${height}`)
  return { version, width, height }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('vp8', 'malformed', `Cannot decode VP8 key frame: ${rule}`)
}

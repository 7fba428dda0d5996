import { ProtocolError } from '../../core/errors.ts'
import { decodeMp3FrameHeader } from './frame-header.ts'

/**
 * Samples that the payload of a frame decodes to: one or more whole MPEG audio frames. A frame in the free format, which
 * does not tell its size, is the last.
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 11172-3 §2.4.2.1
 */
export function mp3PayloadSamples(payload: Uint8Array): number {
  let samples = 0
  for (let at = 0; at < payload.length; ) {
    const { samplesPerFrame, frameSize = payload.length - at } = decodeMp3FrameHeader(payload.subarray(at))
    samples += samplesPerFrame
    at += frameSize
    if (at > payload.length) {
      const rule = `frames are whole, ${at - payload.length} bytes are missing`
      throw new ProtocolError('mp3', 'malformed', `Cannot decode MPEG audio payload: ${rule}`)
    }
  }
  return samples
}

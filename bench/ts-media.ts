import type { Frame } from '../src/media/frame.ts'
import type { Track } from '../src/media/track.ts'
import {
  AUDIO_FRAME_SAMPLES,
  AUDIO_RATE,
  AUDIO_TAG_HEAD,
  audioHeader,
  type MediaShape,
  planFrames,
  VIDEO_TAG_HEAD,
  videoHeader,
} from './synthetic-media.ts'

/** A clip as the hub has it. */
export type TsMedia = {
  readonly tracks: readonly Track[]
  readonly frames: readonly Frame[]
  readonly payloadSize: number
}

export const CLOCK = 90_000

const plain = { generation: 0, index: 0, timescale: CLOCK }
export const TS_VIDEO: Track = {
  ...plain,
  ...{ id: 0, kind: 'video', codec: 'h264', codecLabel: 'H.264', config: videoHeader().subarray(VIDEO_TAG_HEAD) },
}
export const TS_AUDIO: Track = {
  ...plain,
  ...{ id: 1, kind: 'audio', codec: 'aac', codecLabel: 'AAC', config: audioHeader().subarray(AUDIO_TAG_HEAD) },
}

export const TS_TRACKS: readonly Track[] = [TS_VIDEO, TS_AUDIO]

const NOISE_SIZE = 1 << 20
const noise = makeNoise()

/**
 * What entropy coders write: bytes of any value, of which no three look like a start code. A search for start codes has
 * as much to look at as in a real stream.
 */
function makeNoise(): Buffer {
  const bytes = Buffer.allocUnsafeSlow(NOISE_SIZE * 2)
  let state = 0x2545f491
  for (let i = 0; i < bytes.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[i] = state >>> 24
    if ((bytes[i] ?? 0) <= 3 && bytes[i - 1] === 0 && bytes[i - 2] === 0) bytes[i] = 4
  }
  return bytes
}

/** H.264 and AAC, interleaved by time. */
export function makeTsMedia(shape: MediaShape, seconds: number): TsMedia {
  const { keySize, interSize, audioSize, gopFrames } = planFrames(shape)
  const pictures = Array.from({ length: shape.fps * seconds }, (_, number): Frame => {
    const isKey = number % gopFrames === 0
    const dts = (number * CLOCK) / shape.fps
    return { track: TS_VIDEO, dts, pts: dts, isKey, payload: picture(number, isKey ? keySize : interSize, isKey) }
  })
  const step = (AUDIO_FRAME_SAMPLES * CLOCK) / AUDIO_RATE
  const sounds = Array.from({ length: Math.floor((seconds * CLOCK) / step) }, (_, number): Frame => {
    const dts = Math.round(number * step)
    return { track: TS_AUDIO, dts, pts: dts, isKey: true, payload: piece(number, audioSize) }
  })
  const frames = [...pictures, ...sounds].toSorted((a, b) => a.dts - b.dts)
  return { tracks: TS_TRACKS, frames, payloadSize: frames.reduce((sum, { payload }) => sum + payload.length, 0) }
}

/** One slice behind its length. */
function picture(number: number, size: number, isKey: boolean): Buffer {
  const frame = piece(number, size)
  frame.writeUInt32BE(size - 4)
  frame.writeUInt16BE(isKey ? 0x6588 : 0x419a, 4)
  frame[size - 1] = 0x80
  return frame
}

function piece(number: number, size: number): Buffer {
  const from = (number * 40_503) % NOISE_SIZE
  return Buffer.from(noise.subarray(from, from + size))
}

import { crc32 } from 'node:zlib'
import { encodeMark, MARK_SIZE, type MediaKind, monotonicNs } from './marks.ts'

/** What one synthetic stream looks like. */
export type MediaShape = {
  /** Video and audio together, kilobits per second. */
  readonly kbps: number
  readonly audioKbps: number
  readonly fps: number
  readonly gopSeconds: number
}

/** Payload sizes that add up to the shape's bitrate. */
export type FramePlan = {
  readonly keySize: number
  readonly interSize: number
  readonly audioSize: number
  readonly gopFrames: number
}

export const AUDIO_RATE = 44_100
export const AUDIO_FRAME_SAMPLES = 1024
/** A key frame is this many times as large as the others. */
const KEY_WEIGHT = 5

/**
 * SPS: Constrained Baseline, level 3.1, 1280x720, picture order count type 2, one reference frame.
 * PPS: CAVLC, one slice group. Worked out by hand from ITU-T H.264 §7.3.2.1.1 and §7.3.2.2.
 */
const SPS = Buffer.from('6742c01fda014016e4', 'hex')
const PPS = Buffer.from('68ce3c80', 'hex')

/** FLV video tag body that opens a stream: an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1). */
export function videoHeader(): Buffer {
  const record = Buffer.from([1, 0x42, 0xc0, 0x1f, 0xff, 0xe1, 0, SPS.length])
  return Buffer.concat([Buffer.from([0x17, 0, 0, 0, 0]), record, SPS, Buffer.from([1, 0, PPS.length]), PPS])
}

/** FLV audio tag body that opens a stream: AudioSpecificConfig of AAC-LC, 44.1 kHz, stereo. */
export function audioHeader(): Buffer {
  return Buffer.from([0xaf, 0, 0x12, 0x10])
}

/** Split a bitrate into frame sizes. */
export function planFrames(shape: MediaShape): FramePlan {
  const gopFrames = Math.max(1, Math.round(shape.fps * shape.gopSeconds))
  const gopBytes = ((shape.kbps - shape.audioKbps) * 1000 * (gopFrames / shape.fps)) / 8
  const interSize = Math.max(VIDEO_OVERHEAD + 16, Math.floor(gopBytes / (gopFrames - 1 + KEY_WEIGHT)))
  const audioBytes = (shape.audioKbps * 1000 * AUDIO_FRAME_SAMPLES) / AUDIO_RATE / 8
  return {
    keySize: interSize * KEY_WEIGHT,
    interSize,
    audioSize: Math.max(AUDIO_TAG_HEAD + MARK_SIZE + 16, Math.floor(audioBytes)),
    gopFrames,
  }
}

const FILLER_SIZE = 1 << 20
const filler = makeFiller()

/** Noise without bytes below 4, so no start code and no emulation prevention ever arises in it. */
function makeFiller(): Buffer {
  const bytes = Buffer.allocUnsafeSlow(FILLER_SIZE * 2)
  let state = 0x2545f491
  for (let i = 0; i < bytes.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[i] = (state & 0xff) | 4
  }
  return bytes
}

/** user_data_unregistered (H.264 §D.1.7): NAL type 6, payload type 5, its size, a UUID, our mark, stop bit. */
const SEI_UUID = Buffer.from('sluice-bench-mk1')
const SEI_SIZE = 3 + SEI_UUID.length + MARK_SIZE + 1
const NAL_LENGTH_SIZE = 4
/** What stands in front of the payload in the body of a tag. */
export const VIDEO_TAG_HEAD = 5
export const AUDIO_TAG_HEAD = 2
const VIDEO_OVERHEAD = VIDEO_TAG_HEAD + NAL_LENGTH_SIZE + SEI_SIZE + NAL_LENGTH_SIZE

/** Which frame of which stream to make. */
export type FrameTurn = { readonly stream: number; readonly sequence: number; readonly size: number }

/**
 * FLV video tag body (`size` bytes) of one access unit: a SEI with the mark, then one slice of noise.
 *
 *     frame type and codec | AVCPacketType 1 | composition time 0 | length | SEI | length | slice
 */
export function makeVideo(turn: FrameTurn, isKey: boolean): Buffer {
  const body = Buffer.allocUnsafe(turn.size)
  body.writeUInt32BE(isKey ? 0x17010000 : 0x27010000, 0)
  body[4] = 0
  body.writeUInt32BE(SEI_SIZE, VIDEO_TAG_HEAD)
  const sei = VIDEO_TAG_HEAD + NAL_LENGTH_SIZE
  body[sei] = 6
  body[sei + 1] = 5
  body[sei + 2] = SEI_UUID.length + MARK_SIZE
  SEI_UUID.copy(body, sei + 3)
  body[sei + SEI_SIZE - 1] = 0x80
  body.writeUInt32BE(turn.size - VIDEO_OVERHEAD, VIDEO_OVERHEAD - NAL_LENGTH_SIZE)
  const slice = fill(body, VIDEO_OVERHEAD, turn)
  slice[0] = isKey ? 0x65 : 0x41
  slice[1] = isKey ? 0x88 : 0x9a
  mark('video', turn, body.subarray(sei + 3 + SEI_UUID.length), slice)
  return body
}

/** FLV audio tag body (`size` bytes) of one AAC frame: the mark, then noise. */
export function makeAudio(turn: FrameTurn): Buffer {
  const body = Buffer.allocUnsafe(turn.size)
  body[0] = 0xaf
  body[1] = 1
  mark('audio', turn, body.subarray(AUDIO_TAG_HEAD), fill(body, AUDIO_TAG_HEAD + MARK_SIZE, turn))
  return body
}

function fill(body: Buffer, start: number, { stream, sequence, size }: FrameTurn): Buffer {
  const from = (sequence * 40_503 + stream * 977) % FILLER_SIZE
  const copied = filler.copy(body, start, from, from + size - start)
  if (copied < size - start) body.fill(0x55, start + copied)
  return body.subarray(start)
}

function mark(kind: MediaKind, { stream, sequence }: FrameTurn, target: Buffer, slice: Buffer): void {
  const fillerCrc = crc32(slice)
  encodeMark({ kind, stream, sequence, sentNs: monotonicNs(), fillerSize: slice.length, fillerCrc }, target)
}

import type { Frame } from '../../src/media/frame.ts'
import type { Track } from '../../src/media/track.ts'

/** A video track that no decoder has to understand. */
export const videoTrack: Track = {
  id: 0,
  kind: 'video',
  codec: 'h264',
  index: 0,
  codecLabel: 'H.264',
  generation: 0,
  timescale: 1000,
  config: Uint8Array.of(1, 0x64, 0, 0x1f, 0xff, 0xe1, 0, 0, 1, 0, 0),
  video: { width: 1280, height: 720, frameRate: 25, codecString: 'avc1.64001f' },
}

export const audioTrack: Track = {
  id: 1,
  kind: 'audio',
  codec: 'aac',
  index: 0,
  codecLabel: 'AAC',
  generation: 0,
  timescale: 1000,
  config: Uint8Array.of(0x12, 0x10),
  audio: { sampleRate: 44_100, channels: 2, codecString: 'mp4a.40.2' },
}

/** A frame whose bytes all say `fill`. */
export function videoFrame(dts: number, isKey: boolean, size = 10, fill = dts & 0xff, track = videoTrack): Frame {
  return { track, dts, pts: dts, isKey, payload: new Uint8Array(size).fill(fill) }
}

export function audioFrame(dts: number, size = 4, fill = dts & 0xff, track = audioTrack): Frame {
  return { track, dts, pts: dts, isKey: true, payload: new Uint8Array(size).fill(fill) }
}

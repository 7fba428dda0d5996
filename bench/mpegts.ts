import { type PacketOutput, TsMuxer } from '../src/formats/mpegts/ts-muxer.ts'
import { TsToFrames, tsClock } from '../src/formats/mpegts/ts-to-frames.ts'
import { keptTimes, Timeline } from '../src/media/timeline.ts'
import type { MediaShape } from './synthetic-media.ts'
import type { Work } from './throughput.ts'
import { makeTsMedia, type TsMedia } from './ts-media.ts'

const SHAPE: MediaShape = { kbps: 5000, audioKbps: 128, fps: 25, gopSeconds: 2 }
const CLIP_SECONDS = 20
/** Sound in one PES packet, as for live readers. */
const AUDIO_PACKING = 0.06 * 90_000

/** Blocks that are never freed by whoever writes them, as in a wire log. */
class Blocks implements PacketOutput {
  bytes = Buffer.allocUnsafeSlow(1 << 20)
  size = 0
  #used = 0
  #reserved = 0
  /** Full blocks, where somebody wants them. */
  readonly #kept: Buffer[] | undefined

  constructor(kept?: Buffer[]) {
    this.#kept = kept
  }

  reserve(size: number): number {
    if (this.#used + size > this.bytes.length) this.#open()
    this.#reserved = size
    return this.#used
  }

  commit(): void {
    this.#used += this.#reserved
    this.size += this.#reserved
  }

  #open(): void {
    this.finish()
    this.bytes = Buffer.allocUnsafeSlow(1 << 20)
  }

  finish(): void {
    this.#kept?.push(this.bytes.subarray(0, this.#used))
    this.#used = 0
  }
}

/** What one core muxes and demuxes of a contribution feed of 5 Mbit/s, H.264 and AAC. */
export function mpegtsWorks(): readonly Work[] {
  const media = makeTsMedia(SHAPE, CLIP_SECONDS)
  const clip = tsOf(media)
  return [
    { name: 'mux', run: () => mux(media, new Blocks()) },
    { name: 'demux, pieces of 1316 bytes', run: () => demux(clip, 1316, media.frames.length) },
    { name: 'demux, pieces of 64 KiB', run: () => demux(clip, 0x10000, media.frames.length) },
  ]
}

/** A clip as a transport stream. */
export function tsClip(shape: MediaShape, seconds: number): Buffer {
  return tsOf(makeTsMedia(shape, seconds))
}

function tsOf(media: TsMedia): Buffer {
  const blocks: Buffer[] = []
  const out = new Blocks(blocks)
  mux(media, out)
  out.finish()
  return Buffer.concat(blocks)
}

function mux({ frames, tracks }: TsMedia, out: Blocks): number {
  const muxer = new TsMuxer(out, { audioPacking: AUDIO_PACKING, origin: 0 })
  for (const frame of frames) {
    muxer.write({ frame, isJoinPoint: frame.isKey && frame.track.kind === 'video', tracks })
  }
  muxer.flush()
  return out.size
}

/** @throws {Error} If frames are missing: then something else than the demuxer was measured. */
function demux(clip: Buffer, pieceSize: number, wanted: number): number {
  const demuxer = new TsToFrames(new Timeline(keptTimes, tsClock))
  let frames = 0
  for (let at = 0; at < clip.length; at += pieceSize) {
    frames += demuxer.push(clip.subarray(at, at + pieceSize)).length
  }
  frames += demuxer.flush().length
  if (frames !== wanted) throw new Error(`Cannot measure the demuxer: ${wanted} frames went in, ${frames} came out`)
  return clip.length
}

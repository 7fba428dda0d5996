import { type PacketOutput, TsMuxer } from '../src/formats/mpegts/ts-muxer.ts'
import type { PublishedFrame } from './publish-link.ts'
import { AUDIO_TAG_HEAD, VIDEO_TAG_HEAD } from './synthetic-media.ts'
import { CLOCK, TS_AUDIO, TS_TRACKS, TS_VIDEO } from './ts-media.ts'

/** Seven packets, as SRT and UDP carry them. */
export const TS_PAYLOAD_SIZE = 7 * 188
/** Room for the largest frame of any scenario. */
const BLOCK_SIZE = 4 << 20
/** Sound in one PES packet: as encoders have it. */
const AUDIO_PACKING = 0.06 * CLOCK

/** Turns frames into a transport stream, cut as it is carried in datagrams. */
export class TsPayloads implements PacketOutput {
  readonly bytes = Buffer.allocUnsafeSlow(BLOCK_SIZE)
  readonly #send: (payload: Buffer) => void
  readonly #muxer = new TsMuxer(this, { audioPacking: AUDIO_PACKING, origin: 0 })
  #used = 0
  #reserved = 0

  /** @param send Borrows the payload. */
  constructor(send: (payload: Buffer) => void) {
    this.#send = send
  }

  reserve(size: number): number {
    this.#reserved = size
    return this.#used
  }

  commit(): void {
    this.#used += this.#reserved
  }

  /** What does not fill a payload waits for the next frame. */
  write({ kind, seconds, isKey, body }: PublishedFrame): void {
    const isVideo = kind === 'video'
    const track = isVideo ? TS_VIDEO : TS_AUDIO
    const dts = Math.round(seconds * CLOCK)
    const payload = body.subarray(isVideo ? VIDEO_TAG_HEAD : AUDIO_TAG_HEAD)
    const frame = { track, dts, pts: dts, isKey: isKey || !isVideo, payload }
    this.#muxer.write({ frame, isJoinPoint: isKey && isVideo, tracks: TS_TRACKS })
    this.#sendWhole()
  }

  /** The stream ends: send what does not fill a payload, too. */
  flush(): void {
    this.#muxer.flush()
    this.#sendWhole()
    if (this.#used > 0) this.#send(this.bytes.subarray(0, this.#used))
    this.#used = 0
  }

  #sendWhole(): void {
    let at = 0
    for (; this.#used - at >= TS_PAYLOAD_SIZE; at += TS_PAYLOAD_SIZE) {
      this.#send(this.bytes.subarray(at, at + TS_PAYLOAD_SIZE))
    }
    this.bytes.copyWithin(0, at, this.#used)
    this.#used -= at
  }
}

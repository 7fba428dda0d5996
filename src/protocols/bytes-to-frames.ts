import type { FrameTarget } from '../contracts/frame-target.ts'
import type { PublishSettings } from '../contracts/path-settings.ts'
import { ProtocolError } from '../core/errors.ts'
import type { Bytes } from '../core/units.ts'
import { containerOf } from '../formats/container.ts'
import { noTsFaults, type TsFaults } from '../formats/mpegts/ts-faults.ts'
import type { Frame } from '../media/frame.ts'
import type { ByteDemuxer } from './byte-demuxer.ts'
import { MatroskaDemuxer } from './matroska-demuxer.ts'
import { PublishedFrames } from './published-frames.ts'
import { TsDemuxer } from './ts-demuxer.ts'

export type BytesToFramesOptions = {
  readonly settings: Pick<PublishSettings, 'timestamps' | 'interleaveWindow'>
  /** Of the program to receive; `undefined` for the first one with media. */
  readonly programNumber?: number | undefined
  /** Called once, when there is something to publish. `undefined`: nobody takes it. */
  readonly openTarget: () => FrameTarget | undefined
  /** Called once for each track that is not received, where the container names those, with a sentence for people. */
  readonly onLeftOut: (sentence: string) => void
}

/** As many bytes tell a container. A transport stream may begin with anything. */
const headSize: Bytes = 8

/**
 * Turns the bytes of one publisher, whatever brings them, into frames of its publication. They are Matroska if they begin
 * so, else a transport stream.
 */
export class BytesToFrames {
  readonly #options: BytesToFramesOptions
  /** Before the container is known. */
  #head = new Uint8Array(0)
  #demuxer: ByteDemuxer | undefined
  #published: PublishedFrames | undefined
  #frameCount = 0

  constructor(options: BytesToFramesOptions) {
    this.#options = options
  }

  /** What of the stream was not as it should be. */
  get faults(): TsFaults {
    return this.#demuxer?.faults ?? noTsFaults
  }

  /** Frames so far, those included that wait for their place. */
  get frameCount(): number {
    return this.#frameCount
  }

  /** Take in the next bytes, which are borrowed until the call returns. @throws {ProtocolError} */
  write(bytes: Uint8Array): void {
    if (this.#demuxer !== undefined) return this.#hand(this.#demuxer.push(bytes))
    this.#head = Buffer.concat([this.#head, bytes])
    if (this.#head.length < headSize) return
    this.#demuxer = this.#createDemuxer(this.#head)
    this.#hand(this.#demuxer.push(this.#head))
    this.#head = new Uint8Array(0)
  }

  /** Bytes are missing before the next ones. */
  lost(): void {
    this.#demuxer?.lost()
  }

  /** The publisher leaves: hand on what was held back. */
  flush(): void {
    this.#hand(this.#demuxer?.flush() ?? [])
    this.#published?.flush()
  }

  #createDemuxer(head: Uint8Array): ByteDemuxer {
    const { settings, programNumber, onLeftOut } = this.#options
    const container = containerOf(head)
    if (container === 'matroska') return new MatroskaDemuxer(settings, { onTracks: () => this.#open(), onLeftOut })
    if (container === 'flv' || container === 'mp4') {
      const rule = `it is MPEG-TS or Matroska, is ${container}`
      throw new ProtocolError('mpegts', 'unsupported', `Cannot receive a stream: ${rule}`)
    }
    return new TsDemuxer(settings, { programNumber, onProgram: () => this.#open() })
  }

  #open(): void {
    const { openTarget, settings } = this.#options
    const target = openTarget()
    if (target === undefined) return
    if (target.continuesFrom !== undefined) this.#demuxer?.continueAfter(target.continuesFrom)
    this.#published = new PublishedFrames(target, settings)
  }

  #hand(frames: readonly Frame[]): void {
    if (this.#demuxer !== undefined) this.#published?.declare(this.#demuxer.tracks, this.#demuxer.announcesPictures)
    this.#frameCount += frames.length
    for (const frame of frames) this.#published?.write(frame)
  }
}

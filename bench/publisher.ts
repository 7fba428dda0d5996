import { monotonicNs } from './marks.ts'
import type { PublishedStream, PublishLink, PublishLinkEvents } from './publish-link.ts'
import { RtmpPublishLink } from './rtmp-publish-link.ts'
import { SrtPublishLink } from './srt-publish-link.ts'
import { AUDIO_FRAME_SAMPLES, AUDIO_RATE, type FramePlan, makeAudio, makeVideo, planFrames } from './synthetic-media.ts'
import { UdpPublishLink } from './udp-publish-link.ts'

/** One stream to publish. */
export type PublisherPlan = PublishedStream & {
  /** How much later than others of its crew it sends its first frame, so that key frames do not coincide. */
  readonly delayNs: number
}

export type PublisherEvents = {
  /** The server has accepted the stream. */
  readonly live: () => void
  /** A frame was sent, so much later than it was due. */
  readonly sent: (bytes: number, lateNs: number) => void
  /** A frame was left out because the server does not read. */
  readonly skipped: () => void
  readonly ended: (reason: string) => void
}

/** Audio follows video by this much, so that the two do not go out as one. */
const AUDIO_OFFSET_NS = 3e6

/** Publishes one synthetic stream. Its crew calls `sendDue` when `dueNs` has come. */
export class Publisher {
  readonly #plan: PublisherPlan
  readonly #events: PublisherEvents
  readonly #frames: FramePlan
  readonly #link: PublishLink
  #startNs: number | undefined
  #videoSequence = 0
  #audioSequence = 0
  #isClosed = false

  constructor(plan: PublisherPlan, events: PublisherEvents) {
    this.#plan = plan
    this.#events = events
    this.#frames = planFrames(plan.shape)
    this.#link = openLink(plan, { live: () => this.#start(), failed: reason => this.#end(reason) })
  }

  /** When the first frame was due; `undefined` before the server has accepted the stream. */
  get startNs(): number | undefined {
    return this.#startNs
  }

  /** When the next frame is due; never, before the server has accepted the stream and after the end. */
  get dueNs(): number {
    return Math.min(this.#videoDueNs, this.#audioDueNs)
  }

  /** Send every frame that is due. */
  sendDue(nowNs: number): void {
    while (this.dueNs <= nowNs) this.#sendNext()
  }

  close(): void {
    this.#isClosed = true
    this.#startNs = undefined
    this.#link.close()
  }

  get #videoDueNs(): number {
    if (this.#startNs === undefined) return Number.POSITIVE_INFINITY
    return this.#startNs + (this.#videoSequence * 1e9) / this.#plan.shape.fps
  }

  get #audioDueNs(): number {
    if (this.#startNs === undefined) return Number.POSITIVE_INFINITY
    return this.#startNs + AUDIO_OFFSET_NS + (this.#audioSequence * AUDIO_FRAME_SAMPLES * 1e9) / AUDIO_RATE
  }

  #start(): void {
    this.#startNs = monotonicNs() + this.#plan.delayNs
    this.#events.live()
  }

  #sendNext(): void {
    const dueNs = this.dueNs
    const isVideo = dueNs === this.#videoDueNs
    const sequence = isVideo ? this.#videoSequence++ : this.#audioSequence++
    if (this.#link.isFull) return this.#events.skipped()
    const size = isVideo ? this.#sendVideo(sequence) : this.#sendAudio(sequence)
    this.#events.sent(size, monotonicNs() - dueNs)
  }

  #sendVideo(sequence: number): number {
    const isKey = sequence % this.#frames.gopFrames === 0
    const size = isKey ? this.#frames.keySize : this.#frames.interSize
    const body = makeVideo({ stream: this.#plan.stream, sequence, size }, isKey)
    this.#link.write({ kind: 'video', seconds: sequence / this.#plan.shape.fps, isKey, body })
    return size
  }

  #sendAudio(sequence: number): number {
    const size = this.#frames.audioSize
    const body = makeAudio({ stream: this.#plan.stream, sequence, size })
    this.#link.write({ kind: 'audio', seconds: (sequence * AUDIO_FRAME_SAMPLES) / AUDIO_RATE, isKey: true, body })
    return size
  }

  #end(reason: string): void {
    if (this.#isClosed) return
    this.close()
    this.#events.ended(reason)
  }
}

function openLink(stream: PublishedStream, events: PublishLinkEvents): PublishLink {
  switch (stream.target.protocol) {
    case 'rtmp':
      return new RtmpPublishLink(stream, events)
    case 'srt':
      return new SrtPublishLink(stream, events)
    case 'udp':
      return new UdpPublishLink(stream, events)
  }
}

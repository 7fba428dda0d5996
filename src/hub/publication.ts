import type { EndReason } from '../contracts/end-reason.ts'
import type { PublicationSummary } from '../contracts/events.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import type { PeerInfo } from './subscriber.ts'

/** Why a publication ended: the publisher left, another took the name, nobody watched, or the hub said so. */
export type PublicationEnd = EndReason | 'left' | 'replaced' | 'unwatched'

/** What the publisher's side has to bring along. */
export type PublisherPort = {
  readonly info: PeerInfo
  /** The publication was ended by somebody else; say goodbye to the peer. Not called by `Publication.close`. */
  readonly onEnd: (reason: PublicationEnd) => void
}

/** The stream, as its publisher may use it. */
export interface PublicationTarget {
  /** Media time up to which the stream has frames of former publishers; `undefined` if it has none. */
  readonly continuesFrom: Milliseconds | undefined
  declare(track: Track): void
  append(frame: Frame): void
  publicationClosed(publication: Publication): void
}

/**
 * The right to write to one target, held by its one publisher until either side ends it. After the end, writes are
 * ignored: bytes that were already on their way are nobody's fault.
 */
export class Publication {
  /** Media time in milliseconds up to which the stream has frames of former publishers; `undefined` if it has none. */
  readonly continuesFrom: Milliseconds | undefined
  #target: PublicationTarget
  readonly #port: PublisherPort
  #isOpen = true
  #video: Track | undefined
  #audio: Track | undefined
  #videoFrames = 0
  #audioFrames = 0
  #bytes: Bytes = 0
  /** Name and version of the encoder, when the publisher says so. */
  encoder: string | undefined
  /** True once the publisher has said that pictures will come, though none may have come that can be decoded. */
  announcesPictures = false

  constructor(target: PublicationTarget, port: PublisherPort) {
    this.#target = target
    this.continuesFrom = target.continuesFrom
    this.#port = port
  }

  /** Who publishes now: where several inputs take turns, who is on air. */
  get info(): PeerInfo {
    return this.#port.info
  }

  /** Payload that was written. */
  get bytes(): Bytes {
    return this.#bytes
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Make a track known before its first frame. */
  declare(track: Track): void {
    if (this.#isOpen) this.#target.declare(track)
  }

  /** What is written from now on goes to another target, and the place where it went is free. */
  moveTo(target: PublicationTarget): void {
    if (!this.#isOpen) return
    const former = this.#target
    this.#target = target
    former.publicationClosed(this)
  }

  /** Append one frame to the stream. Takes over the frame: nothing in it may be changed afterwards. */
  write(frame: Frame): void {
    if (!this.#isOpen) return
    this.#count(frame)
    this.#target.append(frame)
  }

  /** The publisher leaves. Idempotent. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#target.publicationClosed(this)
  }

  /** The hub ends the publication and tells the publisher. Idempotent. */
  end(reason: PublicationEnd): void {
    if (!this.#isOpen) return
    this.close()
    this.#port.onEnd(reason)
  }

  /** @param durationMs Since the publisher came. */
  summary(durationMs: Milliseconds): PublicationSummary {
    const [videoCodec, audioCodec] = [this.#video?.codecLabel, this.#audio?.codecLabel]
    return {
      durationMs: Math.round(durationMs),
      audioFrames: this.#audioFrames,
      videoFrames: this.#videoFrames,
      bytes: this.#bytes,
      ...(audioCodec !== undefined && { audioCodec }),
      ...(videoCodec !== undefined && { videoCodec }),
    }
  }

  #count({ track, payload }: Frame): void {
    this.#bytes += payload.length
    if (track.kind === 'video') {
      this.#videoFrames++
      this.#video = track
    } else if (track.kind === 'audio') {
      this.#audioFrames++
      this.#audio = track
    }
  }
}

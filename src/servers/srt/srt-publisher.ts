import type { Participant } from '../../contracts/events.ts'
import type { FrameTarget } from '../../contracts/frame-target.ts'
import type { Log } from '../../contracts/log.ts'
import type { PublishSettings } from '../../contracts/path-settings.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { Publication } from '../../hub/publication.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { BytesToFrames } from '../../protocols/bytes-to-frames.ts'
import type { SrtServerOptions } from './srt-context.ts'

export type SrtPublisherOptions = Pick<SrtServerOptions, 'publishSettings' | 'clock' | 'events'> & {
  readonly publication: Publication
  /** Name of the stream. */
  readonly name: string
  readonly who: Participant
  readonly log: Log
  /** Packets of the connection that were given up. */
  readonly packetsLost: () => number
}

/** A connection that publishes. */
export class SrtPublisher {
  readonly #options: SrtPublisherOptions
  readonly #toHub: BytesToFrames
  readonly #openedAt: Milliseconds
  #settings: PublishSettings
  #lastMedia: Milliseconds | undefined
  #packetsLost = 0
  #isOpen = true

  constructor(options: SrtPublisherOptions) {
    const { publication, name, who, publishSettings, events, log, clock } = options
    this.#options = options
    this.#settings = publishSettings.of(name)
    this.#toHub = new BytesToFrames({
      settings: this.#settings,
      openTarget: () => this.#target(publication),
      onLeftOut: ({ trackNumber, reason }) =>
        log.info('TRACK_LEFT_OUT', `Track ${trackNumber} is left out: ${reason}`, { stream: name }),
    })
    this.#openedAt = clock.now()
    events.emit({ type: 'publish.started', stream: name, ...who })
    log.info('SRT_PUBLISH', 'Publishes', { stream: name })
  }

  /** Borrows the payload. */
  onPayload(payload: Uint8Array): void {
    const packetsLost = this.#options.packetsLost()
    if (packetsLost !== this.#packetsLost) this.#toHub.lost()
    this.#packetsLost = packetsLost
    this.#toHub.write(payload)
  }

  /** What the publisher is late with, in words; `undefined` while it is in time. */
  overdue(now: Milliseconds): string | undefined {
    const { name } = this.#options
    const { firstMediaTimeout, silenceTimeout } = this.#settings
    if (this.#lastMedia === undefined) {
      return now - this.#openedAt > firstMediaTimeout ? `No media of ${name} came after publish` : undefined
    }
    return now - this.#lastMedia > silenceTimeout ? `Publisher of ${name} fell silent` : undefined
  }

  /** The configuration has changed. */
  applySettings(): void {
    this.#settings = this.#options.publishSettings.of(this.#options.name)
  }

  /** The connection ends, or the hub has ended the publication. Idempotent. */
  close(reason: string): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const { publication, name, who, events, log, clock } = this.#options
    this.#toHub.flush()
    publication.close()
    const summary = publication.summary(clock.now() - this.#openedAt)
    events.emit({ type: 'publish.stopped', stream: name, reason, ...who, ...summary })
    log.info('SRT_UNPUBLISH', `Publishes no more: ${reason}`, { stream: name })
  }

  /** The publication, and a note of when something came for it. */
  #target(publication: Publication): FrameTarget {
    return {
      continuesFrom: publication.continuesFrom,
      encoder: undefined,
      declare: (track: Track) => publication.declare(track),
      write: (frame: Frame) => {
        this.#lastMedia = this.#options.clock.now()
        publication.write(frame)
      },
    }
  }
}

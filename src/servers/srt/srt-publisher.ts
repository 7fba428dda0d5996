import type { Participant } from '../../contracts/events.ts'
import type { FrameTarget } from '../../contracts/frame-target.ts'
import type { Log } from '../../contracts/log.ts'
import type { PublishSettings } from '../../contracts/path-settings.ts'
import type { Milliseconds } from '../../core/units.ts'
import { reportFault } from '../../hub/contained-fault.ts'
import type { Publication } from '../../hub/publication.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { Reception } from '../../protocols/reception.ts'
import type { SrtServerOptions } from './srt-context.ts'

export type SrtPublisherOptions = Pick<
  SrtServerOptions,
  'publishSettings' | 'clock' | 'events' | 'faultReports' | 'onInternalFault'
> & {
  readonly publication: Publication
  /** Name of the stream. */
  readonly name: string
  readonly who: Participant
  readonly log: Log
}

/** A connection that publishes. */
export class SrtPublisher {
  readonly #options: SrtPublisherOptions
  readonly #reception: Reception
  readonly #openedAt: Milliseconds
  #settings: PublishSettings
  #lastMedia: Milliseconds | undefined
  #isOpen = true

  constructor(options: SrtPublisherOptions) {
    const { publication, name, who, publishSettings, events, log, clock, faultReports: reports } = options
    this.#options = options
    this.#settings = publishSettings.of(name)
    this.#reception = new Reception({
      connection: publication.info.id,
      stream: name,
      log,
      reports,
      settings: this.#settings,
      openTarget: () => this.#target(publication),
    })
    this.#openedAt = clock.now()
    events.emit({ type: 'publish.started', stream: name, ...who })
    log.info('SRT_PUBLISH', 'Publishes', { stream: name })
  }

  /** Borrows the payload. */
  onPayload(payload: Uint8Array, isBehindLoss: boolean): void {
    if (isBehindLoss) this.#reception.lost()
    this.#reception.write(payload)
  }

  /** Called once a second. What the publisher is late with, in words; `undefined` while it is in time. */
  check(now: Milliseconds): string | undefined {
    this.#reception.check(now)
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
    const { publication, name, who, events, log, clock, onInternalFault } = this.#options
    try {
      this.#reception.close()
    } catch (error) {
      reportFault(onInternalFault, { part: 'connection', name: 'srt', stream: name, error })
    }
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
      get announcesPictures() {
        return publication.announcesPictures
      },
      set announcesPictures(isSo) {
        publication.announcesPictures = isSo
      },
      declare: (track: Track) => publication.declare(track),
      write: (frame: Frame) => {
        this.#lastMedia = this.#options.clock.now()
        publication.write(frame)
      },
    }
  }
}

import { monotonicNs } from './marks.ts'
import { pace, type Stop } from './pacer.ts'
import { streamName } from './player-crew.ts'
import type { PublishTarget } from './publish-link.ts'
import { Publisher } from './publisher.ts'
import { type Spread, spreadOf } from './statistics.ts'
import type { MediaShape } from './synthetic-media.ts'

/** Streams to publish at once. */
export type PublisherCrewPlan = {
  readonly target: PublishTarget
  readonly streams: number
  readonly shape: MediaShape
}

/** How many streams the server has accepted, and when the first frame of the first was due. */
export type PublishReport = { readonly published: number; readonly startNs: number | undefined }

/** What the publishers did while the window was open. */
export type PublisherReport = {
  readonly frames: number
  readonly bytes: number
  /** How late frames were sent: the generator's own fault. */
  readonly late: Spread
  /** Frames left out because the server did not read. */
  readonly skipped: number
  /** Connections that ended by themselves since the crew began. */
  readonly failures: number
  readonly firstFailure: string | undefined
}

/** With many streams, one wake-up sends what several have due. */
const BATCH_NS = 2e6
/** While nothing is due, look again for streams that have been accepted. */
const IDLE_NS = 20e6

/** Publishes streams, each paced by its own clock, their key frames spread over one GOP. */
export class PublisherCrew {
  readonly #plan: PublisherCrewPlan
  readonly #publishers: Publisher[] = []
  readonly #failures: string[] = []
  readonly #late: number[] = []
  #live = 0
  #frames = 0
  #bytes = 0
  #skipped = 0
  #stop: Stop = () => {}

  constructor(plan: PublisherCrewPlan) {
    this.#plan = plan
  }

  /** Open all publishers; resolves when each is accepted or has failed, or when `timeoutMs` is over. */
  async publish(timeoutMs: number): Promise<PublishReport> {
    for (let i = 0; i < this.#plan.streams; i++) this.#publishers.push(this.#open(i))
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#stop = pace(
        () => this.#dueNs(),
        nowNs => {
          for (const publisher of this.#publishers) publisher.sendDue(nowNs)
          if (this.#live + this.#failures.length < this.#plan.streams) return
          clearTimeout(timer)
          resolve()
        },
      )
    })
    return { published: this.#live, startNs: this.#publishers[0]?.startNs }
  }

  openWindow(): void {
    this.#late.length = 0
    this.#frames = 0
    this.#bytes = 0
    this.#skipped = 0
  }

  closeWindow(): PublisherReport {
    return {
      frames: this.#frames,
      bytes: this.#bytes,
      late: spreadOf(this.#late),
      skipped: this.#skipped,
      failures: this.#failures.length,
      firstFailure: this.#failures[0],
    }
  }

  close(): void {
    this.#stop()
    for (const publisher of this.#publishers) publisher.close()
  }

  #open(stream: number): Publisher {
    const { target, streams, shape } = this.#plan
    const delayNs = (stream / streams) * shape.gopSeconds * 1e9
    return new Publisher(
      { target, name: streamName(stream), stream, shape, delayNs },
      {
        live: () => this.#live++,
        sent: (bytes, lateNs) => this.#sent(bytes, lateNs),
        skipped: () => this.#skipped++,
        ended: reason => this.#failures.push(reason),
      },
    )
  }

  #sent(bytes: number, lateNs: number): void {
    this.#frames++
    this.#bytes += bytes
    this.#late.push(lateNs)
  }

  #dueNs(): number {
    let due = Number.POSITIVE_INFINITY
    for (const publisher of this.#publishers) due = Math.min(due, publisher.dueNs)
    const now = monotonicNs()
    if (due - now > IDLE_NS) return now + IDLE_NS
    return this.#publishers.length > 1 ? Math.max(due, now + BATCH_NS) : due
  }
}

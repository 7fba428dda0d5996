import { setTimeout as sleep } from 'node:timers/promises'
import { type Spread, spreadOf } from '../statistics.ts'
import { Viewer } from './viewer.ts'
import { WaitingViewer } from './waiting-viewer.ts'

export type CrowdPlan = {
  readonly kind: 'plain' | 'waiting'
  readonly viewers: number
  readonly port: number
  readonly path: string
  /** Over which they come: they stay spread over it. */
  readonly joinSeconds: number
  /** When the stream began. */
  readonly startNs: number
}

export type CrowdReport = {
  readonly bytes: number
  readonly answers: number
  /** From the request to the last byte; for those who wait, from when the frame that ends the part was due. */
  readonly time: Spread
  readonly failures: number
  readonly firstFailure: string | undefined
}

/** Parts are so long, and so are their distances: a time that is longer is not told apart from one that is shorter by this. */
const partNs = 200e6

/** So long after an answer to somebody who waits, more of them come. */
const burstMs = 10

/** Viewers of one stream. */
export class Crowd {
  readonly #viewers: (Viewer | WaitingViewer)[] = []
  readonly #failures: string[] = []
  readonly #timesNs: number[] = []
  #bytes = 0
  #startNs = 0
  #awakeUntil = 0

  async join({ kind, viewers, joinSeconds, startNs, ...target }: CrowdPlan): Promise<void> {
    this.#startNs = startNs
    for (let i = 0; i < viewers; i++) {
      const plan = { ...target, name: `viewer-${i}` }
      const viewer = kind === 'plain' ? new Viewer(plan, this.#events) : new WaitingViewer(plan, this.#events)
      this.#viewers.push(viewer)
      void viewer.play()
      await sleep((joinSeconds * 1000) / viewers)
    }
  }

  openWindow(): void {
    this.#timesNs.length = 0
    this.#bytes = 0
  }

  closeWindow(): CrowdReport {
    const time = spreadOf(this.#timesNs)
    const [failures, firstFailure] = [this.#failures.length, this.#failures[0]]
    return { bytes: this.#bytes, answers: this.#timesNs.length, time, failures, firstFailure }
  }

  close(): void {
    for (const viewer of this.#viewers) viewer.close()
  }

  /** Who sleeps has to be woken for each answer, and who sends it pays for that. Viewers elsewhere cost nobody that. */
  #stayAwake(): void {
    const isAwake = performance.now() < this.#awakeUntil
    this.#awakeUntil = performance.now() + burstMs
    if (!isAwake) this.#spin()
  }

  #spin(): void {
    if (performance.now() < this.#awakeUntil) setImmediate(() => this.#spin())
  }

  readonly #events = {
    answered: (bytes: number, tookNs: number): void => {
      this.#bytes += bytes
      this.#timesNs.push(tookNs)
    },
    released: (bytes: number, atNs: number): void => {
      this.#bytes += bytes
      this.#timesNs.push((atNs - this.#startNs) % partNs)
      this.#stayAwake()
    },
    failed: (reason: string): void => {
      this.#failures.push(reason)
    },
  }
}

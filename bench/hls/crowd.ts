import { setTimeout as sleep } from 'node:timers/promises'
import { type Spread, spreadOf } from '../statistics.ts'
import { Viewer } from './viewer.ts'

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

/** Viewers of one stream. */
export class Crowd {
  readonly #failures: string[] = []
  readonly #timesNs: number[] = []
  #bytes = 0

  async join({ viewers, joinSeconds, ...target }: CrowdPlan): Promise<void> {
    for (let i = 0; i < viewers; i++) {
      void new Viewer({ ...target, name: `viewer-${i}` }, this.#events).play()
      await sleep((joinSeconds * 1000) / viewers)
    }
  }

  openWindow(): void {
    this.#timesNs.length = 0
    this.#bytes = 0
  }

  closeWindow(): CrowdReport {
    const [failures, firstFailure] = [this.#failures.length, this.#failures[0]]
    return { bytes: this.#bytes, answers: this.#timesNs.length, time: spreadOf(this.#timesNs), failures, firstFailure }
  }

  readonly #events = {
    answered: (bytes: number, tookNs: number): void => {
      this.#bytes += bytes
      this.#timesNs.push(tookNs)
    },
    failed: (reason: string): void => {
      this.#failures.push(reason)
    },
  }
}

import type { Clock, Timer } from '../../../contracts/clock.ts'
import { Backoff } from '../../../core/backoff.ts'
import type { Milliseconds } from '../../../core/units.ts'
import type { BucketReport } from './bucket-report.ts'

/** A stream of which something may have to be stored. */
export type Uploading = {
  /** Store what is next. False if nothing is left. */
  storeNext(): Promise<boolean>
}

/** Uploads at a time, of different streams: each of them holds one part of an object in memory. */
const mostRunning = 2
const pauses: { readonly shortest: Milliseconds; readonly longest: Milliseconds } = { shortest: 1000, longest: 60_000 }
/** What is still to be stored when the server stops may take so long; the rest is stored after its next start. */
const lastTime: Milliseconds = 10_000

/** Stores what streams have, one object of each in turn. While the bucket cannot be written to, everything waits. */
export class UploadQueue {
  readonly #clock: Clock
  readonly #report: BucketReport
  readonly #backoff: Backoff
  readonly #waiting = new Set<Uploading>()
  readonly #running = new Set<Uploading>()
  /** They have got something new while they ran. */
  readonly #again = new Set<Uploading>()
  #pause: Timer | undefined
  #isOpen = true
  #idle: (() => void) | undefined

  constructor(clock: Clock, report: BucketReport, random?: () => number) {
    this.#clock = clock
    this.#report = report
    this.#backoff = new Backoff(pauses, random)
  }

  /** True while nothing is asked of the bucket, because it has failed a moment ago. */
  get isPaused(): boolean {
    return this.#pause !== undefined
  }

  /** True when the server stops: what can be done as well after its next start is left. */
  get isClosing(): boolean {
    return !this.#isOpen
  }

  /** A stream has got something that may have to be stored. */
  wake(stream: Uploading): void {
    if (!this.#isOpen) return
    if (this.#running.has(stream)) this.#again.add(stream)
    else this.#waiting.add(stream)
    this.#start()
  }

  /** Store what waits, unless that fails or takes too long; then nothing more is begun. Idempotent. */
  async close(breakOff: () => void): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    const timer = this.#clock.after(lastTime, breakOff)
    if (!this.#isIdle) await new Promise<void>(resolve => (this.#idle = resolve))
    timer.cancel()
    this.#pause?.cancel()
  }

  get #isIdle(): boolean {
    return this.#running.size === 0 && (this.#waiting.size === 0 || this.isPaused)
  }

  #start(): void {
    for (const stream of this.#waiting) {
      if (this.isPaused || this.#running.size >= mostRunning) return
      this.#waiting.delete(stream)
      this.#running.add(stream)
      void this.#run(stream)
    }
  }

  async #run(stream: Uploading): Promise<void> {
    try {
      const hasMore = await stream.storeNext()
      this.#backoff.reset()
      this.#report.works()
      if (hasMore || this.#again.has(stream)) this.#waiting.add(stream)
    } catch (error) {
      this.#waiting.add(stream)
      this.#failed(error)
    }
    this.#again.delete(stream)
    this.#running.delete(stream)
    this.#start()
    if (this.#isIdle) this.#idle?.()
  }

  #failed(error: unknown): void {
    this.#report.failed(error)
    this.#pause ??= this.#clock.after(this.#backoff.next(), () => {
      this.#pause = undefined
      this.#start()
    })
  }
}

import type { Clock } from '../../contracts/clock.ts'
import type { StreamArchive } from '../../contracts/segments.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { KeptFrames, KeptGroup } from './kept-frames.ts'

/** What cannot be read is tried again after so long. */
const retryAfter: Milliseconds = 1000

export type ReadAheadOptions = {
  readonly kept: Pick<KeptFrames, 'next'>
  readonly archive: Pick<StreamArchive, 'version'>
  readonly clock: Clock
  readonly onFailed: (error: unknown) => void
}

/** Reads one group of what is kept while the one before it is played. */
export class ReadAhead {
  readonly #options: ReadAheadOptions
  #ready: KeptGroup | undefined
  #isReading = false
  #notBefore: Milliseconds = Number.NEGATIVE_INFINITY
  /** The version of the archive of which everything was read. */
  #readUpTo: number | undefined

  constructor(options: ReadAheadOptions) {
    this.#options = options
  }

  get isReading(): boolean {
    return this.#isReading
  }

  /** True if everything has been taken that is kept now. */
  get isDry(): boolean {
    return this.#ready === undefined && !this.#isReading && this.#readUpTo === this.#options.archive.version
  }

  take(): KeptGroup | undefined {
    const ready = this.#ready
    this.#ready = undefined
    return ready
  }

  /** Read on, if there is room and something to read. */
  wake(): void {
    const { archive, clock } = this.#options
    const isFull = this.#ready !== undefined || this.#isReading
    if (isFull || this.#readUpTo === archive.version || clock.now() < this.#notBefore) return
    this.#isReading = true
    void this.#read(archive.version)
  }

  async #read(version: number): Promise<void> {
    const { kept, clock, onFailed } = this.#options
    try {
      this.#ready = await kept.next()
      if (this.#ready === undefined) this.#readUpTo = version
    } catch (error) {
      this.#notBefore = clock.now() + retryAfter
      onFailed(error)
    }
    this.#isReading = false
  }
}

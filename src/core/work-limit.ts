export type WorkLimits = {
  /** Pieces of work at a time. */
  readonly running: number
  /** Pieces that wait for their turn; further ones are not taken. */
  readonly waiting: number
}

/** Work of which only so much is done at a time, so that nobody fills the machine with it. First come, first served. */
export class WorkLimit {
  readonly #limits: WorkLimits
  #waiting: (() => void)[] = []
  #running = 0

  constructor(limits: WorkLimits) {
    this.#limits = limits
  }

  /** Do the work when its turn has come. `undefined` if too much waits already: it is not done. */
  async run<Result>(work: () => Promise<Result>): Promise<{ readonly result: Result } | undefined> {
    if (!(await this.#mayStart())) return undefined
    try {
      return { result: await work() }
    } finally {
      this.#finished()
    }
  }

  async #mayStart(): Promise<boolean> {
    if (this.#running >= this.#limits.running) {
      if (this.#waiting.length >= this.#limits.waiting) return false
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    } else this.#running++
    return true
  }

  /** The turn goes on to whoever has waited for longest. */
  #finished(): void {
    const [next, ...others] = this.#waiting
    this.#waiting = others
    if (next === undefined) this.#running--
    else next()
  }
}

/** Whose waiting may end before what they wait for is there. */
export type Waiter = {
  readonly isOver: boolean
  /** Called once, when that is so. */
  onOver: () => void
}

/** Something that is waited for, and what is done then. */
export type Wait = { readonly isSo: () => boolean; readonly onSo: () => void }

/**
 * Those who wait until something is so. Bounded by who adds to it: each wait has an end.
 *
 * Whoever waits is told behind what makes it so, once for all of its changes, and in the order in which they came: a
 * thousand answers to one part leave in one go.
 */
export class WaitList {
  readonly #waits = new Set<Wait>()
  #isWoken = false

  get size(): number {
    return this.#waits.size
  }

  /** Call `onSo` once, when a change has made it so, unless the wait is deleted before. */
  add(wait: Wait): void {
    this.#waits.add(wait)
  }

  delete(wait: Wait): void {
    this.#waits.delete(wait)
  }

  /** Resolves when a change has made it so, or when the waiting is over. */
  until(isSo: () => boolean, waiter: Waiter): Promise<void> {
    if (waiter.isOver || isSo()) return Promise.resolve()
    return new Promise(resolve => {
      const wait = { isSo, onSo: resolve }
      this.add(wait)
      waiter.onOver = () => {
        this.delete(wait)
        resolve()
      }
    })
  }

  /** Something has changed. Whoever waits for more than that is not woken. */
  wake(): void {
    if (this.#isWoken || this.#waits.size === 0) return
    this.#isWoken = true
    queueMicrotask(this.#release)
  }

  readonly #release = (): void => {
    this.#isWoken = false
    for (const wait of this.#waits) {
      if (!wait.isSo()) continue
      this.#waits.delete(wait)
      wait.onSo()
    }
  }
}

/** Those who wait until something is so. */
export class WaitList {
  readonly #waiting = new Set<{ readonly isSo: () => boolean; readonly done: () => void }>()

  /** Resolves when a change has made it so, or when `signal` aborts: whether it is so then. */
  async until(isSo: () => boolean, signal: AbortSignal): Promise<boolean> {
    if (!signal.aborted && !isSo()) await this.#wait(isSo, signal)
    return isSo()
  }

  /** Something has changed. Whoever waits for more than that is not woken. */
  wake(): void {
    for (const { isSo, done } of this.#waiting) if (isSo()) done()
  }

  #wait(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        this.#waiting.delete(waiter)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const waiter = { isSo, done }
      this.#waiting.add(waiter)
      signal.addEventListener('abort', done)
    })
  }
}

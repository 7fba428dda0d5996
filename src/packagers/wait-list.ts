/** Those who wait for the next change of something. */
export class WaitList {
  readonly #waiting = new Set<() => void>()

  /** Resolves with the next change, or when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const done = (): void => {
        this.#waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiting.add(done)
      signal.addEventListener('abort', done)
    })
  }

  /** Something has changed. */
  wake(): void {
    for (const done of [...this.#waiting]) done()
  }
}

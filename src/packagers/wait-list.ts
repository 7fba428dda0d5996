/** Whose waiting may end before what they wait for is there. */
export type Waiter = {
  readonly isOver: boolean
  /** Called once, when that is so. */
  onOver: () => void
}

type Entry = { readonly isSo: () => boolean; readonly done: () => void }

/** Those who wait until something is so. */
export class WaitList {
  readonly #entries = new Set<Entry>()

  /** Resolves when a change has made it so, or when the waiting is over. */
  until(isSo: () => boolean, waiter: Waiter): Promise<void> {
    if (waiter.isOver || isSo()) return Promise.resolve()
    return new Promise(resolve => {
      const done = (): void => {
        this.#entries.delete(entry)
        resolve()
      }
      const entry: Entry = { isSo, done }
      this.#entries.add(entry)
      waiter.onOver = done
    })
  }

  /** Something has changed. Whoever waits for more than that is not woken. */
  wake(): void {
    for (const { isSo, done } of this.#entries) if (isSo()) done()
  }
}

/** Whose waiting may end before what they wait for is there. */
export type Waiter = {
  readonly isOver: boolean
  /** Called once, when that is so. */
  onOver: () => void
}

/** Something that is waited for, and what is done then. */
export class Wait {
  readonly isSo: () => boolean
  readonly onSo: () => void
  /** True as long as it is in a list. */
  isOn = false

  constructor(isSo: () => boolean, onSo: () => void) {
    this.isSo = isSo
    this.onSo = onSo
  }
}

/** So many that are waited for no more may be in a list, beside as many as are waited for. */
const spare = 16

/**
 * Those who wait until something is so. Bounded by who adds to it: each wait has an end.
 *
 * Whoever waits is told behind what makes it so, once for all of its changes, and in the order in which they came: a
 * thousand answers to one part leave in one go.
 *
 * An array, and another one with each change. The tables that a `Set` leaves behind as it grows and shrinks each know the
 * next one: one of them that has grown old in V8 keeps alive all that are left behind later, with the waits in them and
 * their requests, until the whole heap is collected.
 */
export class WaitList {
  #waits: Wait[] = []
  #size = 0
  #isWoken = false

  get size(): number {
    return this.#size
  }

  /** Call `onSo` once, when a change has made it so, unless the wait is deleted before. */
  add(wait: Wait): void {
    wait.isOn = true
    this.#size++
    this.#waits.push(wait)
  }

  /** Idempotent. */
  delete(wait: Wait): void {
    if (!this.#take(wait)) return
    if (this.#waits.length > 2 * this.#size + spare) this.#waits = this.#waits.filter(({ isOn }) => isOn)
  }

  /** Resolves when a change has made it so, or when the waiting is over. */
  until(isSo: () => boolean, waiter: Waiter): Promise<void> {
    if (waiter.isOver || isSo()) return Promise.resolve()
    return new Promise(resolve => {
      const wait = new Wait(isSo, resolve)
      this.add(wait)
      waiter.onOver = () => {
        this.delete(wait)
        resolve()
      }
    })
  }

  /** Something has changed. Whoever waits for more than that is not woken. */
  wake(): void {
    if (this.#isWoken || this.#size === 0) return
    this.#isWoken = true
    queueMicrotask(this.#release)
  }

  readonly #release = (): void => {
    this.#isWoken = false
    const waits = this.#waits
    this.#waits = []
    for (const wait of waits) {
      if (!wait.isOn) continue
      if (!wait.isSo()) this.#waits.push(wait)
      else if (this.#take(wait)) wait.onSo()
    }
  }

  /** False if it is waited for no more. */
  #take(wait: Wait): boolean {
    if (!wait.isOn) return false
    wait.isOn = false
    this.#size--
    return true
  }
}

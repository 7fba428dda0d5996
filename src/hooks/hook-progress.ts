import type { SavedCursor } from './journal/cursor-file.ts'

/**
 * How far a hook has come in the journal: everything before `position` is done with, and behind it what was done with out
 * of turn. Outlives the hook's changes.
 */
export class HookProgress {
  /** What is being delivered, in order, and whether that is over. */
  readonly #taken = new Map<number, boolean>()
  /** What an earlier run has done with out of turn. */
  readonly #doneBefore: Set<number>
  #next: number

  constructor({ position, done }: SavedCursor) {
    this.#next = position
    this.#doneBefore = new Set(done)
  }

  /** Where to read on. */
  get next(): number {
    return this.#next
  }

  /** Events that were taken since the first that is not done. */
  get span(): number {
    return this.#taken.size
  }

  get saved(): SavedCursor {
    for (const position of this.#taken.keys()) return { position, done: [...this.#doneOutOfTurn()] }
    return { position: this.#next, done: [...this.#doneBefore] }
  }

  /** False if it was done with already. */
  take(position: number): boolean {
    const isDone = this.#doneBefore.delete(position)
    if (isDone && this.#taken.size === 0) return false
    this.#taken.set(position, isDone)
    return !isDone
  }

  /** Everything before `next` was taken, or is for others. */
  readTo(next: number): void {
    this.#next = next
  }

  done(position: number): void {
    this.#taken.set(position, true)
    for (const [first, isDone] of this.#taken) {
      if (!isDone) return
      this.#taken.delete(first)
    }
  }

  /** Begin again with what was taken and is not done. */
  rewind(): void {
    const { position, done } = this.saved
    this.#taken.clear()
    for (const one of done) this.#doneBefore.add(one)
    this.#next = position
  }

  *#doneOutOfTurn(): Generator<number> {
    for (const [position, isDone] of this.#taken) if (isDone) yield position
    yield* this.#doneBefore
  }
}

import type { LeftOutTrack } from './left-out-track.ts'

/** Tracks of one stream that are told, whatever it says how often. */
const maxTold = 64

/** Tells each track that is left out once, and of very many the first ones. */
export class LeftOutReport {
  readonly #tell: (sentence: string) => void
  readonly #told = new Set<string>()

  /** @param tell Is given a sentence for people. */
  constructor(tell: (sentence: string) => void) {
    this.#tell = tell
  }

  add({ trackNumber, reason }: LeftOutTrack): void {
    const sentence = `Track ${trackNumber} is left out: ${reason}`
    if (this.#told.has(sentence) || this.#told.size === maxTold) return
    this.#told.add(sentence)
    this.#tell(sentence)
  }
}

/** Segments come in bursts: the rate is that of so many reports. */
const smoothing = 8

/** How many bits per second come in, of a player that tells the bytes of each segment. */
export class ReceivedRate {
  readonly #reportMs: number
  readonly #bytes: number[] = []
  #newBytes = 0

  /** @param reportMs How often the rate is asked for. */
  constructor(reportMs: number) {
    this.#reportMs = reportMs
  }

  add(bytes: number): void {
    this.#newBytes += bytes
  }

  /** Over the last few reports. */
  report(): number {
    this.#bytes.push(this.#newBytes)
    this.#newBytes = 0
    if (this.#bytes.length > smoothing) this.#bytes.shift()
    const sum = this.#bytes.reduce((total, count) => total + count, 0)
    return (sum * 8 * 1000) / (this.#bytes.length * this.#reportMs)
  }
}

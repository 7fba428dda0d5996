import type { Bytes, Milliseconds } from './units.ts'

/** What is written to a peer, counted as a socket counts it. */
export type Outlet = {
  /** Bytes that the peer has not taken yet. */
  readonly writableLength: Bytes
  /** Bytes that were ever written, those included. */
  readonly bytesWritten: Bytes
}

/** Notices a peer that takes nothing of what waits for it. Asked now and then; costs nothing per write. */
export class StallClock {
  #taken: Bytes = 0
  #since: Milliseconds

  constructor(now: Milliseconds) {
    this.#since = now
  }

  /** How long nothing was taken although something waited, as far as could be seen. */
  stalledFor(now: Milliseconds, outlet: Outlet): Milliseconds {
    if (outlet.writableLength === 0) {
      this.#since = now
      return 0
    }
    const taken = outlet.bytesWritten - outlet.writableLength
    if (taken !== this.#taken) {
      this.#taken = taken
      this.#since = now
    }
    return now - this.#since
  }
}

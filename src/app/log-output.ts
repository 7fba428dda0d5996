import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import type { Milliseconds } from '../core/units.ts'
import type { LogDestination } from './pino-log.ts'

/** Bytes of log that wait for a reader who does not read. */
const maxWaitingBytes = 1 << 20

/**
 * A file descriptor as the place for the log, written in the background: a stuck reader, a closed pipe or a full disk
 * never stops the server.
 *
 * At most 1 MiB waits. Then whole lines are dropped, and their number is reported as soon as the reader is back.
 */
export class LogOutput implements LogDestination {
  readonly #stream
  #isWaiting = false
  #dropped = 0

  constructor(descriptor: number) {
    this.#stream = pino.destination({ dest: descriptor, sync: false, maxLength: maxWaitingBytes })
    this.#stream.on('drop', () => {
      this.#dropped += 1
    })
    this.#stream.on('drain', this.#settle)
    this.#stream.on('error', this.#settle)
  }

  /** Call `report` with the number of lines that were dropped, as soon as everything else has been read. */
  onDropped(report: (lines: number) => void): void {
    this.#stream.on('drain', () => {
      const lines = this.#dropped
      this.#dropped = 0
      if (lines > 0) report(lines)
    })
  }

  write(line: string): void {
    this.#isWaiting = true
    this.#stream.write(line)
  }

  /** True as soon as everything written so far is out of our hands, false if that takes longer than `timeout`. */
  async written(timeout: Milliseconds): Promise<boolean> {
    for (const deadline = performance.now() + timeout; this.#isWaiting && performance.now() < deadline; ) await sleep(5)
    return !this.#isWaiting
  }

  readonly #settle = (): void => {
    this.#isWaiting = false
  }
}

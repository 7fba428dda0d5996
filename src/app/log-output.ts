import { pino } from 'pino'
import type { LogDestination } from './pino-log.ts'

/** Bytes of log that wait for a reader who does not read. */
const maxWaitingBytes = 1 << 20

/**
 * Standard output as the place for the log, written in the background: a stuck reader of the log never stops the server.
 *
 * At most 1 MiB waits. Then whole lines are dropped, and one line says how many as soon as the reader is back.
 */
export class LogOutput implements LogDestination {
  readonly #stream = pino.destination({ dest: 1, sync: false, maxLength: maxWaitingBytes })
  #dropped = 0

  constructor() {
    this.#stream.on('drop', () => {
      this.#dropped += 1
    })
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
    this.#stream.write(line)
  }

  /** Write what still waits, for the last lines of a process. */
  flush(): void {
    this.#stream.flushSync()
  }
}

import type { Clock } from '../contracts/clock.ts'
import type { StampedEvent } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import { reasonOf } from '../core/errors.ts'
import type { Bytes } from '../core/units.ts'
import { formatEvent } from './event-json.ts'
import { QuietLog } from './quiet-log.ts'
import { RotatingFile } from './rotating-file.ts'

type DeadLettersOptions = { readonly path: string; readonly clock: Clock; readonly log: Log }

/** Of each of the two files. */
const maxSize: Bytes = 8 * 1024 * 1024

/** Lines that wait for the disk. When there are more, they are only counted, as they are anyway. */
const maxWaiting = 1000

/** Events that hooks have given up, and why, as lines that somebody may look through, or send again. */
export class DeadLetters {
  readonly #file: RotatingFile
  readonly #log: QuietLog
  #waiting: string[] = []
  #writing: Promise<void> | undefined

  constructor({ path, clock, log }: DeadLettersOptions) {
    this.#file = new RotatingFile({ path, maxSize, maxFiles: 1 })
    this.#log = new QuietLog(log, clock)
  }

  /** @param reason Holds no secret. */
  add(hook: string, events: readonly StampedEvent[], reason: string): void {
    const head = JSON.stringify({ hook, reason }).slice(0, -1)
    const room = maxWaiting - this.#waiting.length
    this.#waiting.push(...events.slice(0, room).map(event => `${head},"event":${formatEvent(event)}}\n`))
    this.#writing ??= this.#writeAll()
  }

  /** Resolves when all that was added is written. */
  async flush(): Promise<void> {
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    // What is given up in the same turn belongs together.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const lines = this.#waiting
      this.#waiting = []
      await this.#write(lines)
    }
    this.#writing = undefined
  }

  async #write(lines: readonly string[]): Promise<void> {
    try {
      await this.#file.append(lines)
    } catch (error) {
      this.#log.warn('DEAD_LETTERS_UNKEPT', `Cannot keep ${lines.length} given up events: ${reasonOf(error)}`, {})
    }
  }
}

import { type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, Timer } from '../contracts/clock.ts'
import type { Milliseconds } from '../core/units.ts'

/** What happens within this time is one change: editors and tools write a file in several steps. */
const settleTime: Milliseconds = 100

/**
 * Says when something has happened in the folder of a file: the file was written, replaced by a rename, or a link on the
 * way to it was (Kubernetes, certbot). It is for the listener to read the file and to see whether it has changed.
 */
export class FileWatch {
  readonly #watcher: FSWatcher
  readonly #clock: Clock
  readonly #onChange: () => void
  #timer: Timer | undefined

  /** @throws the system's error if the folder cannot be watched. */
  constructor(path: string, clock: Clock, onChange: () => void) {
    this.#clock = clock
    this.#onChange = onChange
    this.#watcher = watch(dirname(path), { persistent: false }, () => this.#noticed())
    // The folder itself is gone, and comes back with the next start at the latest.
    this.#watcher.on('error', () => this.close())
  }

  /** Idempotent. */
  close(): void {
    this.#watcher.close()
    this.#timer?.cancel()
  }

  #noticed(): void {
    this.#timer ??= this.#clock.after(settleTime, () => {
      this.#timer = undefined
      this.#onChange()
    })
  }
}

import { join } from 'node:path'
import type { Clock, Timer } from '../contracts/clock.ts'
import type { EventLog } from '../contracts/event-log.ts'
import type { Log } from '../contracts/log.ts'
import { reasonOf } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { HookProgress } from './hook-progress.ts'
import { CursorFile, type SavedCursor } from './journal/cursor-file.ts'
import { QuietLog } from './quiet-log.ts'

type HookCursorsOptions = {
  /** Folder of the journal. */
  readonly dir: string
  readonly journal: Pick<EventLog, 'start' | 'end'> & { readonly isKept: boolean }
  readonly clock: Clock
  readonly log: Log
}

/** What was delivered within this time before a crash is delivered once more. */
const saveInterval: Milliseconds = 200

/** How far each hook has come, in a file beside the journal. */
export class HookCursors {
  readonly #options: HookCursorsOptions
  readonly #file: CursorFile
  readonly #log: QuietLog
  /** Of hooks that are not there, or not yet: the store may be read later. */
  readonly #absent = new Map<string, SavedCursor>()
  readonly #present = new Map<string, HookProgress>()
  #timer: Timer | undefined
  #saving = Promise.resolve()

  constructor(options: HookCursorsOptions) {
    this.#options = options
    this.#file = new CursorFile(join(options.dir, 'cursors.json'))
    this.#log = new QuietLog(options.log, options.clock)
  }

  /**
   * Read what an earlier run has saved. Never rejects.
   *
   * @param names Of the hooks that are there.
   */
  async open(names: readonly string[]): Promise<void> {
    const { journal } = this.#options
    const saved = journal.isKept ? await this.#file.read() : new Map<string, SavedCursor>()
    for (const [name, cursor] of saved ?? []) this.#absent.set(name, cursor)
    if (saved !== undefined) return
    // Twice is better than never.
    for (const name of names) this.#absent.set(name, { position: journal.start, done: [] })
    this.#log.warn('HOOK_CURSORS_LOST', 'Cannot read how far hooks have come: they are told everything again', {})
  }

  /** Of the hook with that name, whatever it is by now. */
  progressOf(name: string): HookProgress {
    const progress = this.#present.get(name) ?? new HookProgress(this.#beginningOf(name))
    this.#present.set(name, progress)
    this.#absent.delete(name)
    return progress
  }

  /** There is no such hook any more: one of the same name begins anew. */
  forget(name: string): void {
    this.#present.delete(name)
    this.changed()
  }

  /** Somebody has come further. */
  changed(): void {
    this.#timer ??= this.#options.clock.after(saveInterval, () => void this.#save())
  }

  /** Save for the last time. */
  async close(): Promise<void> {
    await this.#save()
  }

  #beginningOf(name: string): SavedCursor {
    const { journal } = this.#options
    const { position, done } = this.#absent.get(name) ?? { position: journal.end, done: [] }
    return { position: Math.min(position, journal.end), done }
  }

  #save(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#saving = this.#saving.then(() => this.#write())
    return this.#saving
  }

  async #write(): Promise<void> {
    const { journal } = this.#options
    if (!journal.isKept) return
    const absent = [...this.#absent].filter(([, { position }]) => position >= journal.start)
    const present = [...this.#present].map(([name, { saved }]) => [name, saved] as const)
    try {
      await this.#file.write(new Map([...absent, ...present]))
    } catch (error) {
      this.#log.warn('HOOK_CURSORS_UNSAVED', `Cannot keep how far hooks have come: ${reasonOf(error)}`, {})
    }
  }
}

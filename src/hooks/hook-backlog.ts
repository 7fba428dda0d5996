import type { EventLog, EventLogPart, LoggedEvent } from '../contracts/event-log.ts'
import type { StampedEvent } from '../contracts/events.ts'
import type { HookProgress } from './hook-progress.ts'

type HookBacklogOptions = {
  readonly journal: EventLog
  readonly progress: HookProgress
  /** Which events the hook asks for. */
  readonly wants: (event: StampedEvent) => boolean
}

/** What of the journal a hook has still to be told and is not in memory yet. */
export class HookBacklog {
  readonly #options: HookBacklogOptions
  #length = 0
  #isClosed = false

  constructor(options: HookBacklogOptions) {
    this.#options = options
  }

  /** Events that the hook asks for. */
  get length(): number {
    return this.#length
  }

  /** False if the journal has nothing more now. */
  get hasMore(): boolean {
    const { journal, progress } = this.#options
    return progress.next < journal.end
  }

  /** Count what is there. Events that are added meanwhile count too. */
  async open(): Promise<void> {
    const { progress } = this.#options
    this.#length += await this.#count(progress.next)
  }

  appended(events: readonly LoggedEvent[]): void {
    for (const { event } of events) if (this.#options.wants(event)) this.#length++
  }

  /** The next events that are not done with, and how many are gone that should have come before them. */
  async take(): Promise<{ readonly events: readonly LoggedEvent[]; readonly lost: number }> {
    const { journal, progress } = this.#options
    const before = progress.next
    const part = await journal.read(before)
    const lost = part.from > before ? await this.#recount(part.from) : 0
    // Whoever comes after this one uses the same progress.
    if (this.#isClosed) return { events: [], lost: 0 }
    const events = this.#taken(part)
    if (progress.next < journal.end) return { events, lost }
    // What is counted and not there was damaged on the disk.
    const missing = this.#length
    this.#length = 0
    return { events, lost: lost + missing }
  }

  /** Take no more. Idempotent. */
  close(): void {
    this.#isClosed = true
  }

  #taken(part: EventLogPart): readonly LoggedEvent[] {
    const { progress, wants } = this.#options
    const wanted = part.events.filter(({ event }) => wants(event))
    this.#length -= wanted.length
    const events = wanted.filter(({ position }) => progress.take(position))
    progress.readTo(part.next)
    return events
  }

  /** The journal begins behind what was to be read. */
  async #recount(from: number): Promise<number> {
    const before = this.#length
    const left = await this.#count(from)
    const added = this.#length - before
    this.#length = left + added
    return Math.max(0, before - left)
  }

  async #count(from: number): Promise<number> {
    const { journal, wants } = this.#options
    const { end } = journal
    let count = 0
    for (let part = await journal.read(from); part.from < end; part = await journal.read(part.next)) {
      count += part.events.filter(({ position, event }) => position < end && wants(event)).length
    }
    return count
  }
}

import { existsSync } from 'node:fs'
import type { Clock } from '../../contracts/clock.ts'
import type { EventLog, EventLogPart, EventLogPlace, LoggedEvent } from '../../contracts/event-log.ts'
import type { EventObserver, StampedEvent } from '../../contracts/events.ts'
import type { HealthCheck } from '../../contracts/health.ts'
import type { Log } from '../../contracts/log.ts'
import { reasonOf } from '../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import { QuietLog } from '../quiet-log.ts'
import type { EventsConfig } from './config.ts'
import { JournalFolder, pieceSize } from './journal-folder.ts'
import { decodeRecords, encodeRecord } from './journal-record.ts'
import { JournalTail } from './journal-tail.ts'

type JournalOptions = {
  readonly config: Pick<EventsConfig, 'dir' | 'maxSize' | 'maxAge'>
  readonly clock: Clock
  readonly log: Log
}

type Pending = { readonly event: StampedEvent; readonly bytes: Uint8Array }

/** In memory, also where there is no disk. */
const maxTail: Bytes = 4 * 1024 * 1024

/** Waits for a disk that hangs. When there is more, the newest go: they were promised to nobody yet. */
const maxPending: Bytes = 8 * 1024 * 1024

/**
 * All events, in files that survive a crash. What comes while a group is written is the next group. Nobody is told of an
 * event before it is on disk; on a disk that fails they are kept in memory alone, and `health` says so.
 */
export class EventJournal implements EventLog, EventObserver {
  readonly #options: JournalOptions
  readonly #log: QuietLog
  readonly #tail = new JournalTail(maxTail)
  readonly #listeners = new Set<(events: readonly LoggedEvent[]) => void>()
  #folder: JournalFolder | undefined
  #pending: Pending[] = []
  #pendingSize: Bytes = 0
  #committing: Promise<void> | undefined
  #problem: string | undefined
  #isOpen = false
  #lost = 0
  #newest: Milliseconds | undefined

  constructor(options: JournalOptions) {
    this.#options = options
    this.#log = new QuietLog(options.log, options.clock)
  }

  get start(): number {
    return Math.min(this.#folder?.start ?? this.#tail.start, this.#tail.start)
  }

  get end(): number {
    return this.#tail.end
  }

  /** When the newest event happened, as far as that is known. */
  get newest(): Milliseconds | undefined {
    return this.#newest
  }

  /** True if events are on disk. */
  get isKept(): boolean {
    return this.#folder !== undefined
  }

  get health(): HealthCheck {
    return { name: 'events', problem: () => this.#problem, isWarning: true }
  }

  /** Of what is on disk. */
  get size(): Bytes {
    return this.#folder?.size ?? 0
  }

  /** Events that nobody can be told of: the disk hung for too long, or they are too large. */
  get lost(): number {
    return this.#lost
  }

  /** Find what earlier runs have left. Never rejects. */
  async open(): Promise<void> {
    if (existsSync(this.#options.config.dir)) await this.#openFolder()
    this.#tail.begin(this.#folder?.end ?? 0)
    this.#newest = await this.#timeOfNewest()
    this.#isOpen = true
    this.#wake()
  }

  /** Somebody has to be told of all events from now on: they go to the disk. Never rejects. */
  async keep(): Promise<void> {
    if (this.#folder === undefined && this.#problem === undefined) await this.#openFolder()
  }

  observe(event: StampedEvent): void {
    const bytes = encodeRecord(event)
    if (bytes.length > pieceSize || this.#pendingSize + bytes.length > maxPending) {
      this.#lost++
      return this.#log.warn('EVENT_LOST', `Cannot keep ${event.event.type}: too much waits for the disk`, {})
    }
    this.#pending.push({ event, bytes })
    this.#pendingSize += bytes.length
    this.#wake()
  }

  onAppended(listener: (events: readonly LoggedEvent[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async read(from: number): Promise<EventLogPart> {
    const at = Math.max(from, this.start)
    if (at >= this.#tail.start) return this.#tail.read(Math.min(at, this.end))
    try {
      const piece = await this.#folder?.read(at)
      return piece === undefined ? this.#tail.read(this.#tail.start) : this.#decode(piece)
    } catch (error) {
      // Nothing is lost if the file was removed meanwhile: what follows it is there.
      this.#log.warn('EVENTS_UNREADABLE', `Cannot read the journal of events: ${reasonOf(error)}`, {})
      const next = this.#folder?.segmentStarts.find(start => start > at) ?? this.#tail.start
      return { from: next, events: [], next }
    }
  }

  async placeAfter(id: string): Promise<EventLogPlace> {
    const starts = [...(this.#folder?.segmentStarts ?? []), this.#tail.start].sort((a, b) => b - a)
    for (const start of starts) {
      const [first] = (await this.read(start)).events
      if (first !== undefined && first.event.id <= id)
        return { position: await this.#behind(id, start), isComplete: true }
    }
    return { position: this.start, isComplete: false }
  }

  /** Resolves when everything that was observed can be read. */
  async flush(): Promise<void> {
    while (this.#committing !== undefined) await this.#committing
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.flush()
    this.#isOpen = false
    await this.#folder?.close()
  }

  async #openFolder(): Promise<void> {
    const { dir, maxSize, maxAge } = this.#options.config
    try {
      this.#folder = await JournalFolder.open(dir, { maxSize, maxAge })
    } catch (error) {
      this.#fail(error)
    }
  }

  async #behind(id: string, start: number): Promise<number> {
    let part = await this.read(start)
    while (part.next < this.end && (part.events.at(-1)?.event.id ?? '') <= id) part = await this.read(part.next)
    return part.events.find(({ event }) => event.id > id)?.position ?? part.next
  }

  #wake(): void {
    if (this.#isOpen) this.#committing ??= this.#commitAll()
  }

  async #commitAll(): Promise<void> {
    // What happens in the same turn belongs together.
    await Promise.resolve()
    while (this.#pending.length > 0) {
      const group = this.#pending
      this.#pending = []
      this.#pendingSize = 0
      await this.#commit(group)
    }
    this.#committing = undefined
  }

  async #commit(group: readonly Pending[]): Promise<void> {
    const position = this.end
    if (this.#folder !== undefined) await this.#write(this.#folder, group, position)
    let end = position
    const events = group.map(({ event, bytes }) => {
      const logged = { position: end, event }
      end += bytes.length
      return logged
    })
    this.#tail.append(events, end)
    for (const listener of this.#listeners) listener(events)
  }

  async #write(folder: JournalFolder, group: readonly Pending[], position: number): Promise<void> {
    const now = this.#options.clock.wall()
    try {
      await folder.append(Buffer.concat(group.map(({ bytes }) => bytes)), position, now)
      if (this.#problem !== undefined) this.#log.now('EVENTS_KEPT', 'Events are kept on disk again')
      this.#problem = undefined
      await folder.trim(now)
    } catch (error) {
      this.#fail(error)
    }
  }

  #decode({ from, bytes, segmentEnd }: { from: number; bytes: Uint8Array; segmentEnd: number }): EventLogPart {
    const { records, size, damaged } = decodeRecords(bytes)
    if (damaged > 0) {
      this.#log.warn(
        'EVENTS_DAMAGED',
        `Cannot read ${damaged} events of the journal: they are not what was written`,
        {},
      )
    }
    const events = records.map(({ offset, event }) => ({ position: from + offset, event }))
    // Without a whole line that is the last piece of a file, whose end was never written.
    return { from, events, next: size === 0 ? Math.min(segmentEnd, from + pieceSize) : from + size }
  }

  async #timeOfNewest(): Promise<Milliseconds | undefined> {
    for (const start of [...(this.#folder?.segmentStarts ?? [])].reverse()) {
      let newest: Milliseconds | undefined
      for (let part = await this.read(start); part.from < this.end; part = await this.read(part.next)) {
        newest = part.events.at(-1)?.event.time ?? newest
      }
      if (newest !== undefined) return newest
    }
    return undefined
  }

  #fail(error: unknown): void {
    const problem = `Cannot keep events on disk: ${reasonOf(error)}`
    if (this.#problem === undefined) this.#options.log.error('EVENTS_UNKEPT', problem)
    this.#problem = problem
  }
}

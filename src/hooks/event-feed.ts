import { Readable } from 'node:stream'
import type { Clock, Timer } from '../contracts/clock.ts'
import type { EventLog } from '../contracts/event-log.ts'
import type { StampedEvent } from '../contracts/events.ts'
import type { Milliseconds } from '../core/units.ts'
import { formatEvent } from './event-json.ts'

type EventFeedOptions = {
  readonly journal: EventLog
  readonly wants: (event: StampedEvent) => boolean
  /** Id of the event that was heard last. */
  readonly lastId: string | undefined
  /** Something is sent at least that often, and who has taken nothing for twice as long is cut. */
  readonly heartbeat: Milliseconds
  readonly clock: Clock
  /** Called once. */
  readonly onClosed: (wasSlow: boolean) => void
}

/** Tells the client that a part of what it asks for is gone. */
const lostText = 'event: lost\ndata: {}\n\n'

/** How long a client waits before it comes back. */
const opening = 'retry: 3000\n\n'

/**
 * One who listens: a position in the journal, from which is read as fast as the client takes it.
 *
 * @see HTML Living Standard, §9.2 Server-sent events
 */
export class EventFeed {
  readonly stream: Readable
  readonly #options: EventFeedOptions
  readonly #stopListening: () => void
  #position: number
  /** The client has taken what it was sent. */
  #isWanted = false
  #isReading = false
  /** Nothing may be pushed any more. */
  #isOver = false
  /** It had not at the last heartbeat. */
  #isLate = false
  #timer: Timer

  constructor(options: EventFeedOptions) {
    this.#options = options
    const { journal, clock, heartbeat } = options
    this.#position = journal.end
    this.stream = new Readable({ encoding: 'utf8', read: () => this.#want(), destroy: (_, done) => this.#close(done) })
    this.#stopListening = journal.onAppended(() => void this.#read())
    this.#timer = clock.after(heartbeat, () => this.#beat())
    void this.#begin()
  }

  /** No more is told; the client may come back with the last id. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.stream.push(null)
  }

  async #begin(): Promise<void> {
    const { journal, lastId } = this.#options
    this.#isReading = true
    if (lastId !== undefined) {
      const { position, isComplete } = await journal.placeAfter(lastId)
      if (this.#isOver) return
      this.#position = position
      if (!isComplete) this.stream.push(lostText)
    }
    this.stream.push(opening)
    this.#isReading = false
    await this.#read()
  }

  #want(): void {
    this.#isWanted = true
    this.#isLate = false
    void this.#read()
  }

  async #read(): Promise<void> {
    const { journal, wants } = this.#options
    if (this.#isReading || this.#isOver) return
    this.#isReading = true
    while (this.#isWanted && this.#position < journal.end) {
      const part = await journal.read(this.#position)
      if (this.#isOver) return
      const lost = part.from > this.#position ? lostText : ''
      this.#position = part.next
      const text =
        lost +
        part.events
          .filter(({ event }) => wants(event))
          .map(({ event }) => formatFeedEvent(event))
          .join('')
      if (text !== '') this.#isWanted = this.stream.push(text)
    }
    this.#isReading = false
  }

  #beat(): void {
    const { clock, heartbeat } = this.#options
    if (this.#isLate) return void this.stream.destroy()
    this.#isLate = !this.#isWanted
    if (this.#isWanted && !this.#isOver) this.#isWanted = this.stream.push(':\n\n')
    this.#timer = clock.after(heartbeat, () => this.#beat())
  }

  #close(done: () => void): void {
    this.#isOver = true
    this.#timer.cancel()
    this.#stopListening()
    this.#options.onClosed(this.#isLate)
    done()
  }
}

/** Without a name, so that one listener of a page hears of all types. */
function formatFeedEvent(event: StampedEvent): string {
  return `id: ${event.id}\ndata: ${formatEvent(event)}\n\n`
}

import { hostname } from 'node:os'
import type { Clock } from '../contracts/clock.ts'
import type { EventObserver, EventSink, ServerEvent } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import type { Milliseconds } from '../core/units.ts'
import { Uuid7Sequence } from '../core/uuid7.ts'
import { StreamSequences } from './stream-sequences.ts'

/** Stamps every event and hands it to every observer. One that throws is logged and hinders nobody. */
export class EventBus implements EventSink {
  readonly #clock: Clock
  readonly #log: Log
  readonly #observers: EventObserver[] = []
  readonly #ids = new Uuid7Sequence()
  readonly #sequences = new StreamSequences()
  readonly #server = hostname()
  /** Ids and numbers begin no earlier than that. */
  #earliest: Milliseconds = 0

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  add(observer: EventObserver): void {
    this.#observers.push(observer)
  }

  /** An earlier run had events at `time`: also if the clock was put back since, ids and numbers rise. */
  continueAfter(time: Milliseconds): void {
    this.#earliest = Math.max(this.#earliest, time + 1)
  }

  emit(event: ServerEvent): void {
    const time = this.#clock.wall()
    const floor = Math.max(time, this.#earliest)
    const sequence = this.#sequences.next('stream' in event ? event.stream : '', floor)
    const stamped = { id: this.#ids.next(floor), time, server: this.#server, sequence, event }
    for (const observer of this.#observers) {
      try {
        observer.observe(stamped)
      } catch (error) {
        this.#log.error('EVENT_SINK_FAILED', `Cannot deliver ${event.type}: ${String(error)}`)
      }
    }
  }
}

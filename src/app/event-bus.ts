import { hostname } from 'node:os'
import type { Clock } from '../contracts/clock.ts'
import type { EventObserver, EventSink, ServerEvent } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import { Uuid7Sequence } from '../core/uuid7.ts'

/** Stamps every event and hands it to every observer. One that throws is logged and hinders nobody. */
export class EventBus implements EventSink {
  readonly #clock: Clock
  readonly #log: Log
  readonly #observers: EventObserver[] = []
  readonly #ids = new Uuid7Sequence()
  readonly #server = hostname()

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  add(observer: EventObserver): void {
    this.#observers.push(observer)
  }

  emit(event: ServerEvent): void {
    const time = this.#clock.wall()
    const stamped = { id: this.#ids.next(time), time, server: this.#server, event }
    for (const observer of this.#observers) {
      try {
        observer.observe(stamped)
      } catch (error) {
        this.#log.error('EVENT_SINK_FAILED', `Cannot deliver ${event.type}: ${String(error)}`)
      }
    }
  }
}

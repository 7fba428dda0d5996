import type { EventSink, ServerEvent } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'

/** Hands every event to every sink. A sink that throws is logged and hinders nobody. */
export class EventBus implements EventSink {
  readonly #log: Log
  readonly #sinks: EventSink[] = []

  constructor(log: Log) {
    this.#log = log
  }

  add(sink: EventSink): void {
    this.#sinks.push(sink)
  }

  emit(event: ServerEvent): void {
    for (const sink of this.#sinks) {
      try {
        sink.emit(event)
      } catch (error) {
        this.#log.error('EVENT_SINK_FAILED', `Cannot deliver ${event.type}: ${String(error)}`)
      }
    }
  }
}

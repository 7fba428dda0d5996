import type { Readable } from 'node:stream'
import type { Clock } from '../contracts/clock.ts'
import type { EventFeedFilter, EventFeeds } from '../contracts/event-feeds.ts'
import type { EventLog } from '../contracts/event-log.ts'
import type { StampedEvent } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import { RequestError } from '../core/errors.ts'
import { parsePathPattern } from '../core/path-pattern.ts'
import { EventFeed } from './event-feed.ts'
import { eventFilter } from './event-filter.ts'
import { typesCovered } from './event-names.ts'
import { eventSchema } from './event-schema.ts'
import type { EventsConfig } from './journal/config.ts'

/** What every listener is served with. */
type EventFeedSetOptions = {
  readonly config: Pick<EventsConfig, 'listeners' | 'heartbeat'>
  readonly journal: EventLog
  readonly clock: Clock
  readonly log: Log
}

/** @see RFC 9562 §4 */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Everybody who listens to events over HTTP. */
export class EventFeedSet implements EventFeeds {
  readonly schema = eventSchema
  readonly #options: EventFeedSetOptions
  readonly #feeds = new Set<EventFeed>()
  #isClosed = false

  constructor(options: EventFeedSetOptions) {
    this.#options = options
  }

  /** Those who listen now. */
  get count(): number {
    return this.#feeds.size
  }

  open(filter: EventFeedFilter, lastId: string | undefined): Readable {
    const { config, log } = this.#options
    const wants = filterOf(filter)
    if (lastId !== undefined && !uuid.test(lastId)) throw wrong('Last-Event-ID must be the id of an event')
    if (this.#isClosed || this.#feeds.size >= config.listeners) {
      const why = this.#isClosed ? 'the server stops' : `events.listeners allows ${config.listeners} at a time`
      throw new RequestError(503, `Cannot tell of events: ${why}`, { retryAfter: 5 })
    }
    const onClosed = (wasSlow: boolean): void => {
      this.#feeds.delete(feed)
      if (wasSlow) log.info('EVENT_LISTENER_CUT', 'Tells no more of events: the client does not take them', {})
    }
    const feed = new EventFeed({ ...this.#options, heartbeat: config.heartbeat, wants, lastId, onClosed })
    this.#feeds.add(feed)
    return feed.stream
  }

  /** Nobody is told any more. Idempotent. */
  close(): void {
    this.#isClosed = true
    for (const feed of this.#feeds) feed.end()
  }
}

/** @throws {RequestError} */
function filterOf({ types, streams }: EventFeedFilter): (event: StampedEvent) => boolean {
  const unknown = types.find(pattern => typesCovered(pattern).length === 0)
  if (unknown !== undefined)
    throw wrong(`type must be a type of event such as publish.*, is ${JSON.stringify(unknown)}`)
  const patterns = streams.map(text => {
    const pattern = parsePathPattern(text)
    if (pattern === undefined) throw wrong(`stream must be a name such as live/**, is ${JSON.stringify(text)}`)
    return pattern
  })
  const covered = (types.length === 0 ? ['*'] : types).flatMap(typesCovered)
  return eventFilter({ types: covered, streams: patterns.length === 0 ? undefined : patterns })
}

function wrong(rule: string): RequestError {
  return new RequestError(400, `Cannot tell of events: ${rule}`)
}

import type { Session } from '../contracts/sessions.ts'
import type { Publication } from './publication.ts'
import type { Stream } from './stream.ts'
import type { Subscriber } from './subscriber.ts'

/** Everybody who publishes or plays one of these streams, and the relays; parts of this server are none. */
export function sessionsOf(streams: Iterable<Stream>): Session[] {
  const sessions: Session[] = []
  for (const stream of streams) {
    if (stream.publication !== undefined) sessions.push(publishing(stream, stream.publication))
    for (const subscriber of stream.subscribers) if (isPeer(subscriber)) sessions.push(reading(stream, subscriber))
  }
  return sessions
}

function isPeer({ info }: Subscriber): boolean {
  return info.isPart !== true || info.isRelay === true
}

function publishing(stream: Stream, publication: Publication): Session {
  const { info, bytes } = publication
  const role = info.isRelay === true ? 'relay' : 'publisher'
  return { info, role, stream: stream.name, bytes, activeAt: stream.activeAt, end: () => publication.end('kicked') }
}

function reading(stream: Stream, subscriber: Subscriber): Session {
  const { info, counters, activeAt } = subscriber
  const role = info.isRelay === true ? 'relay' : 'player'
  const end = (): void => stream.dismiss(subscriber, 'kicked')
  return { info, role, stream: stream.name, bytes: counters.bytesSent, activeAt, end }
}

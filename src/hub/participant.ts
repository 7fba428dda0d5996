import type { AccessRequest } from '../contracts/access.ts'
import type { Participant } from '../contracts/events.ts'
import { withoutCredentials } from '../core/public-query.ts'
import type { PeerInfo } from './subscriber.ts'

/** Longest URL and query that observers are told: events wait in queues. */
const maxLength = 2048

/** Who publishes or plays, as observers may know it: without what lets them in. */
export function participant(
  { id: connection, protocol, peer }: PeerInfo,
  { url, query }: Pick<AccessRequest, 'url' | 'query'>,
): Participant {
  return { connection, protocol, peer, url: short(withoutUser(url)), query: short(withoutCredentials(query)) }
}

/** `rtmp://user:password@host/live` is `rtmp://host/live`. */
function withoutUser(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/]*@/i, '$1')
}

function short(text: string): string {
  return text.slice(0, maxLength)
}

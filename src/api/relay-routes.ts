import type { FastifyInstance } from 'fastify'
import type { RelayStatus, Relays } from '../contracts/relays.ts'
import { answers } from './answers.ts'
import { type RelayView, relayListSchema } from './relay-schema.ts'
import { rfc3339 } from './stream-status.ts'

/** What is relayed to and from other servers. */
export function relayRoutes(app: FastifyInstance, relays: Relays): void {
  const summary = 'Relays to and from other servers'
  const schema = { operationId: 'listRelays', summary, tags: ['Relays'], response: answers({ 200: relayListSchema }) }
  app.get('/api/v1/relays', { schema }, () => ({ items: relays.list().map(relayView) }))
}

/** What the API says about the relays of one stream. */
export function relaysOf(relays: Relays, streamName: string): RelayView[] {
  return relays
    .list()
    .filter(({ stream }) => stream === streamName)
    .map(relayView)
}

function relayView({
  stream,
  destination,
  since,
  lastError,
  retryIn,
  tracksLeftOut,
  ...status
}: RelayStatus): RelayView {
  return {
    ...status,
    stream: stream ?? null,
    destination: destination ?? null,
    since: rfc3339(since),
    lastError: lastError ?? null,
    tracksLeftOut: [...tracksLeftOut],
    retryInMs: retryIn === undefined ? null : Math.round(retryIn),
  }
}

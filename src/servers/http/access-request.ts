import type { FastifyRequest } from 'fastify'
import type { AccessAction, AccessRequest, Refusal, Verdict } from '../../contracts/access.ts'
import { DeniedError } from '../../core/errors.ts'
import { splitPeer } from '../../core/peer-address.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import { decodeAuthorization } from './authorization-header.ts'

const statuses: Readonly<Record<Refusal, DeniedError['statusCode']>> = {
  missing: 401,
  wrong: 401,
  forbidden: 403,
  blocked: 429,
  unavailable: 503,
}

/** What a peer asks of the authorizer over HTTP. `stream` is empty where the action has none. */
export function accessRequest(
  action: AccessAction,
  stream: string,
  { id, protocol, peer }: Pick<PeerInfo, 'id' | 'protocol' | 'peer'>,
  { headers, url }: Pick<FastifyRequest, 'headers' | 'url'>,
): AccessRequest {
  return {
    action,
    stream,
    protocol,
    connection: id,
    ...splitPeer(peer),
    credentials: decodeAuthorization(headers.authorization),
    query: queryOf(url),
    url: '',
    userAgent: headers['user-agent'] ?? '',
  }
}

/** What follows the question mark. */
export function queryOf(url: string): string {
  const question = url.indexOf('?')
  return question === -1 ? '' : url.slice(question + 1)
}

/** The answer to whoever may not `act`. */
export function denial(act: string, { refusal, reason }: Verdict & { isAllowed: false }): DeniedError {
  return new DeniedError(statuses[refusal], `Cannot ${act}: ${reason}`)
}

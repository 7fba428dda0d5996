import { BlockList, isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { AccessAction, AccessRequest, Refusal, Verdict } from '../../contracts/access.ts'
import { DeniedError } from '../../core/errors.ts'
import { splitPeer } from '../../core/peer-address.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import { decodeAuthorization } from './authorization-header.ts'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

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
  const { address, port } = splitPeer(peer)
  return {
    action,
    stream,
    protocol,
    connection: id,
    address: clientAddress(address, headers['x-forwarded-for']),
    port,
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

/**
 * Who really asks, where a proxy on this machine asks for somebody: the address that this proxy has added. Empty if it
 * is none. Whoever is not on this machine cannot speak for others.
 */
export function clientAddress(address: string, forwardedFor: string | readonly string[] | undefined): string {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (forwardedFor === undefined || !loopback.check(address, family)) return address
  const newest = String(forwardedFor).split(',').at(-1)?.trim() ?? ''
  return isIP(newest) === 0 ? '' : newest
}

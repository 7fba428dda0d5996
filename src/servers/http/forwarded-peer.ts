import type { Network } from '../../config/network.ts'
import { parseIpAddress } from '../../core/ip-address.ts'
import { splitPeer } from '../../core/peer-address.ts'

/**
 * Who really asks, where a trusted proxy asks for somebody: the newest address of its `X-Forwarded-For` that is no trusted
 * proxy itself, with the port 0, as nobody tells that; `?:0` where the proxy names none. Whoever is no trusted proxy cannot
 * speak for others.
 *
 * @param peer Address and port of whoever has sent the request.
 */
export function forwardedPeer(
  peer: string,
  forwardedFor: string | readonly string[] | undefined,
  trusted: readonly Network[],
): string {
  const isTrusted = (address: string): boolean => trusted.some(network => network.contains(address))
  if (forwardedFor === undefined || !isTrusted(splitPeer(peer).address)) return peer
  const chain = String(forwardedFor)
    .split(',')
    .map(entry => entry.trim())
  const client = chain.findLast(address => !isTrusted(address)) ?? chain[0] ?? ''
  return `${parseIpAddress(client) === undefined ? '?' : client}:0`
}

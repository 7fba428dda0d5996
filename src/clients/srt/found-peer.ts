import { lookup } from 'node:dns/promises'
import { isIPv6 } from 'node:net'
import type { ListenAddress } from '../../config/listen-address.ts'
import type { PeerAddress } from '../../core/peer-address.ts'
import type { SrtUrl } from '../../protocols/srt/srt-url.ts'

/** Where a URL leads. */
export type FoundPeer = {
  /** `undefined` where a caller is waited for. */
  readonly peer: PeerAddress | undefined
  /** Where our own socket is. */
  readonly local: ListenAddress
}

/**
 * Look up where a URL leads. Of a name with both kinds of addresses it takes IPv4: the listeners of libsrt's tools are
 * there if they are not told otherwise.
 *
 * @throws the system's error if the name has no address.
 */
export async function findPeer({ mode, host, port, localAddress, localPort }: SrtUrl): Promise<FoundPeer> {
  if (mode === 'listener') return { peer: undefined, local: { ...(host !== '' && { host }), port } }
  const { address } = await lookup(host, { order: 'ipv4first' })
  const anyPort = mode === 'rendezvous' ? port : 0
  const any = isIPv6(address) ? '::' : '0.0.0.0'
  return { peer: { address, port }, local: { host: localAddress ?? any, port: localPort ?? anyPort } }
}

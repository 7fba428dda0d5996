import type { PeerAddress } from '../../core/peer-address.ts'
import type { Bytes } from '../../core/units.ts'

/** What a proxy says before it hands a connection on. Source: PROXY protocol, haproxy's doc/proxy-protocol.txt. */
export type ProxyHeader = {
  /** Who has connected to the proxy; `undefined` where it speaks for itself, as in health checks, or cannot say. */
  readonly source: PeerAddress | undefined
  /** Bytes that the header takes on the wire. */
  readonly size: Bytes
}

/** The two halves of `10.0.0.1:4321`. */
export type PeerAddress = {
  /** An IP address; IPv4 also where the peer came over an IPv6 socket. */
  readonly address: string
  readonly port: number
}

/** Split the name of a peer as it appears in logs and the API: address, colon, port, and no brackets around IPv6. */
export function splitPeer(peer: string): PeerAddress {
  const colon = peer.lastIndexOf(':')
  if (colon === -1) return { address: peer, port: 0 }
  const port = Number(peer.slice(colon + 1))
  return { address: unmapped(peer.slice(0, colon)), port: Number.isInteger(port) ? port : 0 }
}

/** @see RFC 4291 §2.5.5.2 (IPv4-mapped IPv6 address) */
function unmapped(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  return mapped?.[1] ?? address
}

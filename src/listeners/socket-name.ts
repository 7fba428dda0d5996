import type { Socket } from 'node:net'

/** The name of a peer in logs and the API: address, colon, port. */
export function peerName(address: string | undefined, port: number | undefined): string {
  return `${address ?? '?'}:${port ?? 0}`
}

/** The other end of the socket itself, which may be a proxy. */
export function remoteName({ remoteAddress, remotePort }: Socket): string {
  return peerName(remoteAddress, remotePort)
}

/** What no two open connections of one listener share; a TLS socket has the name of the socket that it lies over. */
export function connectionName(socket: Socket): string {
  return `${remoteName(socket)} ${socket.localAddress}`
}

import type { AccessRequest } from '../../contracts/access.ts'
import { splitPeer } from '../../core/peer-address.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import type { ConnectRequest } from '../../protocols/rtmp/server-session.ts'
import type { StreamAddress } from './stream-key.ts'

/** What an RTMP peer asks of the authorizer. Its credentials are in the queries of its application and its key. */
export function accessRequest(
  action: 'publish' | 'play',
  { name, query }: StreamAddress,
  info: PeerInfo,
  application: Pick<ConnectRequest, 'tcUrl' | 'flashVer'>,
): AccessRequest {
  return {
    action,
    stream: name,
    protocol: info.protocol,
    connection: info.id,
    ...splitPeer(info.peer),
    credentials: {},
    query: query.toString(),
    url: urlOf(application),
    userAgent: application.flashVer,
  }
}

/** What the peer calls the application, without parameters. */
export function urlOf({ tcUrl }: Pick<ConnectRequest, 'tcUrl'>): string {
  return tcUrl.split('?', 1)[0] ?? ''
}

import type { AccessRequest } from '../../contracts/access.ts'
import { splitPeer } from '../../core/peer-address.ts'
import type { PeerInfo } from '../../hub/subscriber.ts'
import type { StreamMode, StreamRequest } from '../../protocols/srt/stream-id.ts'

/** What an SRT caller asks of the authorizer. All that it can say is in its stream id. */
export function accessRequest(
  mode: StreamMode,
  { name, credentials, query }: Pick<StreamRequest, 'name' | 'credentials' | 'query'>,
  info: PeerInfo,
): AccessRequest {
  return {
    action: mode === 'publish' ? 'publish' : 'play',
    stream: name,
    protocol: info.protocol,
    connection: info.id,
    ...splitPeer(info.peer),
    credentials,
    query,
    url: '',
    userAgent: '',
  }
}

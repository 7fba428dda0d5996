import type { PeerInfo } from '../../hub/subscriber.ts'

/** The first message stream of a peer that has one alone. Source: RTMP 1.0 §7.2.1.3, as every server counts. */
const firstStream = 1

/** Names what a connection does on one message stream: `rtmp-17`, and `rtmp-17.2` for its second one. */
export function sessionIdOf({ id }: PeerInfo, streamId: number): string {
  return streamId === firstStream ? id : `${id}.${streamId}`
}

/** Who publishes or plays on one message stream, as the hub knows it. */
export function sessionInfo(
  { info, sessionId: id }: { readonly info: PeerInfo; readonly sessionId: string },
  user: string | undefined,
): PeerInfo {
  return user === undefined ? { ...info, id } : { ...info, id, user }
}

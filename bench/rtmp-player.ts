import type { Playback, PlaybackEvents, PlayTarget } from './playback.ts'
import { RtmpClient } from './rtmp-client.ts'

/** Play over RTMP. */
export function rtmpPlayback({ protocol, host, port, app, name }: PlayTarget, events: PlaybackEvents): Playback {
  const url = `${protocol}://${host}:${port}/${app}`
  const client = new RtmpClient({ intent: 'play', app, name, url }, { ...events, live: () => {} })
  return {
    open: () => client.open(),
    push: bytes => client.push(bytes),
    acknowledge: total => client.acknowledge(total),
  }
}

import { tsCarries } from '../../formats/mpegts/elementary-stream.ts'
import type { PushFeed } from './pushed-stream.ts'

/** What destinations that take a transport stream are not sent. */
export const tsTracks: PushFeed['tracks'] = {
  leftOut: tracks => tracks.filter(track => track.kind !== 'data' && !tsCarries(track)),
  reason: 'MPEG-TS does not carry',
}

import type { TrackKind } from '../../media/track.ts'

/** Message types that carry media, which are also FLV's tag types. */
export type MediaMessageType = 8 | 9 | 18

/** @see RTMP 1.0 §7.1.4 (audio), §7.1.5 (video), §7.1.2 (AMF0 data) */
export function tagTypeOf(kind: TrackKind): MediaMessageType {
  switch (kind) {
    case 'audio':
      return 8
    case 'video':
      return 9
    case 'data':
      return 18
  }
}

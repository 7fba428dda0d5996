import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import type { OpaqueTag } from './opaque-tag.ts'
import { tagTrackIds } from './tag-track-id.ts'
import { type TagTracks, tagTimescale } from './tag-tracks.ts'

/**
 * What passes through becomes frames whose payload is the whole tag body.
 *
 * @throws {ProtocolError} If it begins one track too many.
 */
export function frameOfOpaqueTag(
  kind: 'video' | 'audio',
  tag: OpaqueTag,
  timestamp: number,
  tracks: TagTracks,
): Frame | undefined {
  if (tag.isBeside) return frameBeside(kind, tag, timestamp, tracks)
  const id = tagTrackIds[kind]
  const codec = `flv-${kind}` as const
  const opaque = { id, kind, index: 0, codec, codecLabel: tag.label, timescale: tagTimescale }
  if (tag.isEnd) return undefined
  if (tag.isConfig) {
    if (!tracks.repeats(id, codec, tag.body)) tracks.put({ ...opaque, config: tag.body })
    return undefined
  }
  const known = tracks.get(id)
  const isKnown = known?.codec === codec && known.codecLabel === tag.label
  return wholeBodyFrame(isKnown ? known : tracks.put({ ...opaque, config: undefined }), tag, timestamp, tracks)
}

/** A frame of a track that passes through. */
export function wholeBodyFrame(
  track: Track,
  { isKey, body }: Pick<OpaqueTag, 'isKey' | 'body'>,
  timestamp: number,
  tracks: TagTracks,
): Frame {
  return { ...tracks.frame(track, timestamp, body), isKey }
}

function frameBeside(
  kind: 'video' | 'audio',
  { label: codecLabel, body }: OpaqueTag,
  timestamp: number,
  tracks: TagTracks,
): Frame {
  const id = tagTrackIds[`${kind}Beside`]
  const description = { id, kind: 'data', index: id - tagTrackIds.data, codec: `flv-${kind}`, codecLabel } as const
  const track = tracks.get(id) ?? tracks.put({ ...description, timescale: tagTimescale, config: undefined })
  return tracks.frame(track, timestamp, body)
}

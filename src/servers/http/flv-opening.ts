import { encodeFileHeader } from '../../formats/flv/file-header.ts'
import { playbackProfile } from '../../formats/flv/flv-profile.ts'
import { configTagBodies, configTagTime, trackTagType } from '../../formats/flv/frame-to-tag.ts'
import { encodeTag } from '../../formats/flv/tag-header.ts'
import type { JoinPoint } from '../../hub/wire-log.ts'
import type { Track } from '../../media/track.ts'
import type { StreamOpening } from './stream-opening.ts'

/**
 * What one viewer has to be told before the shared tags: the file header once, and the configuration of each track that
 * it does not know yet.
 */
export class FlvOpening implements StreamOpening {
  #announced: readonly Track[] | undefined

  /** The file header names the kinds of tracks once and for all. */
  get isFirst(): boolean {
    return this.#announced === undefined
  }

  encode(join: JoinPoint, declared: readonly Track[]): Buffer {
    const known = this.#announced
    this.#announced = join.tracks
    const tags = join.tracks
      .filter(track => known?.includes(track) !== true)
      // Players expect onMetaData before the sequence headers.
      .sort((a, b) => Number(b.codec === 'amf0') - Number(a.codec === 'amf0'))
      .flatMap(track => encodeConfig(track, join.time))
    return Buffer.concat(known === undefined ? [fileHeader([...join.tracks, ...declared]), ...tags] : tags)
  }
}

function fileHeader(tracks: readonly Track[]): Uint8Array {
  return encodeFileHeader({
    hasVideo: tracks.some(track => track.kind === 'video'),
    hasAudio: tracks.some(track => track.kind === 'audio'),
  })
}

function encodeConfig(track: Track, time: number): readonly Uint8Array[] {
  const bodies = configTagBodies(track, playbackProfile)
  return bodies.map(body => encodeTag(trackTagType(track), configTagTime(track, time), body))
}

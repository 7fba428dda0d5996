import type { Track } from '../../media/track.ts'
import type { FlvProfile } from './flv-profile.ts'
import { configTagBodies, trackTagType } from './frame-to-tag.ts'
import { type TagType, tagTypes } from './tag-header.ts'

/** A tag that tells the configuration of a track. */
export type ConfigTag = { readonly type: TagType; readonly body: Uint8Array }

const none: readonly ConfigTag[] = []

/**
 * What a muxer of tags has to write when the tracks of its stream change. The first tracks are no change: whoever
 * starts there is told them by other means.
 */
export class ConfigChanges {
  readonly #profile: FlvProfile
  #tracks: readonly Track[] | undefined

  constructor(profile: FlvProfile) {
    this.#profile = profile
  }

  /** The tags that belong before the next frame. `tracks` is the same array until one of them changes. */
  next(tracks: readonly Track[]): readonly ConfigTag[] {
    const known = this.#tracks
    if (tracks === known) return none
    this.#tracks = tracks
    if (known === undefined) return none
    return tracks.filter(track => !known.includes(track)).flatMap(track => configTags(track, this.#profile))
  }
}

/** A frame of script data says by itself what its track's configuration would. */
function configTags(track: Track, profile: FlvProfile): readonly ConfigTag[] {
  const type = trackTagType(track)
  if (type === tagTypes.script) return none
  return configTagBodies(track, profile).map(body => ({ type, body }))
}

import type { Milliseconds } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import type { FlvTag } from './flv-file-reader.ts'
import type { FlvProfile } from './flv-profile.ts'
import {
  configTagBodies,
  isForReaders,
  tagBodyHeadSize,
  tagTime,
  tagType,
  trackTagType,
  writeTagBodyHead,
} from './frame-to-tag.ts'

/** Frames that are looked at for the earliest time. Those of all tracks are among them. */
const sampleSize = 64

/**
 * Turns frames into the tags that readers of one profile can parse, a configuration in front of the first frame that
 * needs it. Tracks that they cannot parse are left out.
 *
 * Tags have no times below 0, and frames that are shown at 0 are decoded before: if one of the first frames is, all of
 * them come later by as much. For this, the first frames are held back.
 */
export class FramesToTags {
  readonly #profile: FlvProfile
  /** By track id, as the tags have told them. */
  readonly #told = new Map<number, Track>()
  readonly #held: Frame[] = []
  #shift: Milliseconds | undefined

  constructor(profile: FlvProfile) {
    this.#profile = profile
  }

  push(frame: Frame): FlvTag[] {
    if (this.#shift !== undefined) return this.#tagsOf(frame, this.#shift)
    this.#held.push(frame)
    return this.#held.length < sampleSize ? [] : this.flush()
  }

  /** Nothing more comes. @returns The tags of the frames that were held back. */
  flush(): FlvTag[] {
    const shift = Math.max(0, ...this.#held.map(frame => -tagTime(frame)))
    this.#shift = shift
    return this.#held.splice(0).flatMap(frame => this.#tagsOf(frame, shift))
  }

  #tagsOf(frame: Frame, shift: Milliseconds): FlvTag[] {
    if (!isForReaders(frame, this.#profile)) return []
    const timestamp = Math.max(0, tagTime(frame) + shift) % 2 ** 32
    return [...this.#configTags(frame.track, timestamp), { type: tagType(frame), timestamp, body: this.#bodyOf(frame) }]
  }

  #configTags(track: Track, timestamp: number): FlvTag[] {
    if (this.#told.get(track.id) === track) return []
    this.#told.set(track.id, track)
    return configTagBodies(track, this.#profile).map(body => ({ type: trackTagType(track), timestamp, body }))
  }

  #bodyOf(frame: Frame): Uint8Array {
    const headSize = tagBodyHeadSize(frame, this.#profile)
    const body = new Uint8Array(headSize + frame.payload.length)
    writeTagBodyHead(frame, this.#profile, body, 0)
    body.set(frame.payload, headSize)
    return body
  }
}

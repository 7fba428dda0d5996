import { ProtocolError } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { decodeMetadata } from '../../formats/flv/metadata.ts'
import type { TagType } from '../../formats/flv/tag-header.ts'
import { TagsToFrames } from '../../formats/flv/tags-to-frames.ts'
import type { Publication } from '../../hub/publication.ts'
import { Timeline } from '../../media/timeline.ts'
import type { Track } from '../../media/track.ts'

/** From the newest frame of the publisher before to the first one of this: decode times grow, so that muxers go on. */
const resumeStep: Milliseconds = 1

/** Turns the media messages of one RTMP publisher, which are FLV tags, into frames of its publication. */
export class MessagesToHub {
  readonly #publication: Publication
  readonly #frames: TagsToFrames
  #declared: readonly Track[] = []

  constructor(publication: Publication) {
    const timeline = new Timeline()
    if (publication.continuesFrom !== undefined) timeline.continueFrom(publication.continuesFrom + resumeStep)
    this.#publication = publication
    this.#frames = new TagsToFrames(timeline)
  }

  /**
   * Takes over the payload.
   *
   * @param timestamp Milliseconds modulo 2^32.
   * @throws {ProtocolError} If the head of the message is malformed.
   */
  write(type: TagType, timestamp: number, payload: Uint8Array): void {
    const frames = this.#frames.push(type, timestamp, payload)
    if (this.#frames.tracks !== this.#declared) this.#declare(this.#frames.tracks)
    for (const frame of frames) this.#publication.write(frame)
  }

  #declare(tracks: readonly Track[]): void {
    this.#declared = tracks
    for (const track of tracks) {
      this.#publication.declare(track)
      if (track.codec === 'amf0' && track.config !== undefined) this.#publication.encoder = encoderOf(track.config)
    }
  }
}

/** Metadata is for people: what cannot be read is left out, and the stream goes on. */
function encoderOf(metadata: Uint8Array): string | undefined {
  try {
    return decodeMetadata(metadata).encoder
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}

import type { Ticks } from '../../core/units.ts'
import type { AudioFacts, Codec, TrackKind, VideoFacts } from '../../media/track.ts'
import type { ReceivedPes } from './pes-header.ts'

/** What an elementary stream says of itself: what of a track does not depend on the other tracks. */
export type TrackForm = {
  readonly kind: TrackKind
  readonly codec: Codec
  readonly codecLabel: string
  readonly config: Uint8Array | undefined
  readonly video?: VideoFacts
  readonly audio?: AudioFacts
}

/** A frame of an elementary stream. */
export type AccessUnit = {
  /** The same object until something in it changes. */
  readonly form: TrackForm
  /** Decode time in ticks of 90 kHz modulo 2^33; `undefined` for data that belongs to no moment. */
  readonly dts: Ticks | undefined
  /** From the decode time to the presentation. */
  readonly compositionOffset: Ticks
  readonly isKey: boolean
  /** Owned. */
  readonly payload: Uint8Array
}

/** Takes the PES packets of one stream apart into its access units. */
export type PesToAccessUnits = {
  /** Things that could not be read, and pictures that were left out because something before them is missing. */
  readonly unreadable: number
  /** The packet is borrowed until the call returns. */
  read(pes: ReceivedPes): readonly AccessUnit[]
  /** Something of the stream is missing before the next packet. */
  lost(): void
}

export const noAccessUnits: readonly AccessUnit[] = []

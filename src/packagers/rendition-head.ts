import type { Track } from '../media/track.ts'

/** What players need of one rendition before its first segment, for as long as a period lasts. */
export type RenditionHead = {
  /** The track or, where several are in one rendition, the tracks, as they were when the period began. */
  readonly tracks: readonly Track[]
  /** Initialisation segment; `undefined` for a format that has none. */
  readonly init: Uint8Array | undefined
}

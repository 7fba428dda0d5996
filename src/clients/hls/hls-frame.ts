import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'

/** A frame, and the tracks that are known by then. */
export type HlsFrame = { readonly frame: Frame; readonly tracks: readonly Track[] }

import type { PlayerEvent } from './player-state.ts'

/** A failure as mpegts.js reports it. */
export type PlayerFailure = {
  readonly type: string
  readonly detail: string
  /** HTTP status, for the detail `HttpStatusCodeInvalid`. */
  readonly status: number | undefined
}

/**
 * What a failure means for the viewer. `reason` is the sentence about tracks that this browser cannot play, if there
 * are any: the API knows what a track is better than the player knows why it failed, and a player that stumbles over
 * a codec may well report it as an exception of the network.
 *
 * @see mpegts.js 1.8.2, src/player/player-errors.js (types and details)
 */
export function interpretFailure(failure: PlayerFailure, reason: string | undefined): PlayerEvent {
  const { type, detail, status } = failure
  if (detail === 'HttpStatusCodeInvalid') {
    if (status === 401 || status === 403) return { type: 'denied' }
    return { type: 'interrupted', cause: status === 404 ? 'not-live' : 'unreachable' }
  }
  if (reason !== undefined) return { type: 'unsupported', reason }
  if (type === 'NetworkError') return { type: 'interrupted', cause: 'unreachable' }
  if (detail === 'CodecUnsupported' || detail === 'FormatUnsupported') {
    return { type: 'unsupported', reason: 'This browser cannot play the codecs of this stream.' }
  }
  return { type: 'interrupted', cause: 'broken' }
}

import type { Milliseconds } from '../../core/units.ts'

/** A player stands three segments behind live, as one of HLS does. */
export const delaySegments = 3
/** With chunks it may stand so many parts behind, and the time that it takes until it hears of a segment. */
export const delayParts = 5

type Shape = { readonly segmentDuration: Milliseconds; readonly partDuration: Milliseconds }

/** How late the media of a stream may be by the clock: as far as players stand behind it. Later, they have nothing to play. */
export function longestLag({ segmentDuration, partDuration }: Shape, isLowLatency: boolean): Milliseconds {
  return isLowLatency && partDuration > 0 ? delayParts * partDuration : delaySegments * segmentDuration
}

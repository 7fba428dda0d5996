import type { JoinPoint } from '../../hub/wire-log.ts'
import type { Track } from '../../media/track.ts'

/** What one viewer has to be told before the shared bytes. */
export type StreamOpening = {
  /** True until the first start: players make up their minds about the tracks then. */
  readonly isFirst: boolean
  /**
   * The bytes for a start at `join`; may be none.
   *
   * @param declared Tracks of the stream that may have had no frame at `join`, but will.
   */
  encode(join: JoinPoint, declared: readonly Track[]): Buffer
}

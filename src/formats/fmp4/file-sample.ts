import type { Bytes, Ticks } from '../../core/units.ts'

/** Where a sample is in the file, and when it plays in its track. */
export type FileSample = {
  readonly at: Bytes
  readonly size: Bytes
  readonly decodeTime: Ticks
  /** From decode to presentation. */
  readonly compositionOffset: Ticks
  readonly isSync: boolean
  /** Which of the track's sample entries describes it, from 0 on. */
  readonly description: number
}

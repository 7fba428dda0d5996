import type { Ticks } from '../../core/units.ts'

/** A frame in its place among the others of its track. Times are in ticks of the track in the file. */
export type Sample = {
  /** Up to the decode time of the next. */
  readonly duration: Ticks
  /** From decode to presentation; negative where a publisher has it so. */
  readonly compositionOffset: Ticks
  /** True if decoding can start here. */
  readonly isSync: boolean
  readonly data: Uint8Array
}

/** Samples of one track one behind the other. */
export type SampleRun = {
  readonly trackId: number
  /** Of the first sample. */
  readonly decodeTime: Ticks
  /** At least one. */
  readonly samples: readonly Sample[]
}

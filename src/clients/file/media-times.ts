import { rescale } from '../../core/time.ts'
import type { Microseconds } from '../../core/units.ts'
import type { FlvTag } from '../../formats/flv/flv-file-reader.ts'
import { tagTypes } from '../../formats/flv/tag-header.ts'
import type { FileFrame } from './media-file.ts'
import { moveFrame } from './move-frame.ts'

/** How the times of what a file holds are read and moved. */
export type MediaTimes<Item> = {
  /** What decode times belong to each other: a number per track. */
  readonly trackOf: (item: Item) => number
  /** Decode time; `undefined` for what has none of its own. */
  readonly timeOf: (item: Item) => Microseconds | undefined
  readonly moved: (item: Item, by: Microseconds) => Item
}

const microsecondsPerSecond = 1_000_000
const microsecondsPerMillisecond = 1000

/** Tracks keep their ticks, so they stay together to the tick, however far they are moved. */
export const frameTimes: MediaTimes<FileFrame> = {
  trackOf: ({ frame }) => frame.track.id,
  timeOf: ({ frame: { track, dts } }) =>
    track.kind === 'data' ? undefined : (rescale(dts, track.timescale, microsecondsPerSecond) as number),
  moved: (item, by) => {
    const ticks = rescale(by as number, microsecondsPerSecond, item.frame.track.timescale)
    return ticks === 0 ? item : { ...item, frame: moveFrame(item.frame, ticks) }
  },
}

/** Tags tell milliseconds, modulo 2^32. */
export const tagTimes: MediaTimes<FlvTag> = {
  trackOf: ({ type }) => type,
  timeOf: ({ type, timestamp }) => (type === tagTypes.script ? undefined : timestamp * microsecondsPerMillisecond),
  moved: (tag, by) => ({ ...tag, timestamp: (tag.timestamp + Math.round(by / microsecondsPerMillisecond)) >>> 0 }),
}

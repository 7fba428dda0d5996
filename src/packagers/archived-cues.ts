import type { StreamArchive, TimeSpan } from '../contracts/segments.ts'
import type { Milliseconds } from '../core/units.ts'
import type { DateRange } from '../formats/m3u8/date-range.ts'
import { SpliceRanges } from './splice-ranges.ts'

/** Cues come before their moment, and advertisements have begun before one comes in. */
const lookBack: Milliseconds = 600_000
/** Those of a day, every minute and a half. */
const mostRanges = 1000

/** The cues to splice that concern a span of what is kept, as times of its programme. */
export async function archivedCues(archive: StreamArchive, span: TimeSpan): Promise<readonly DateRange[]> {
  const segments = await archive.segments({ from: span.from - lookBack, to: span.to })
  const ranges = new SpliceRanges(mostRanges)
  for (const { events = [] } of segments) {
    for (const { at, data } of events) if (data.length > 0) ranges.noteKept(data, at)
  }
  ranges.forgetBefore(span.from)
  return ranges.list.filter(({ start }) => start < span.to)
}

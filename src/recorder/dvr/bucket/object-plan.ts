import type { ArchivedSegment } from '../../../contracts/segments.ts'
import type { Milliseconds } from '../../../core/units.ts'
import { spanOf } from '../segment-window.ts'
import type { StoredObjects } from './stored-object.ts'

export type PlanOptions = {
  /** Segments that begin in the same span of so long, counted from the Unix epoch, are one object. */
  readonly objectDuration: Milliseconds
  /** True if nothing will be added to the segments. */
  readonly isComplete: boolean
}

/**
 * The segments of the next object, the oldest first: those of one rendition and one period that begin in the same span,
 * once it is over. The same segments make the same object, whenever it is planned.
 *
 * @param segments Of one hour.
 */
export function planObject(
  segments: readonly ArchivedSegment[],
  stored: StoredObjects,
  { objectDuration, isComplete }: PlanOptions,
): readonly ArchivedSegment[] | undefined {
  const pending = segments.filter(segment => stored.find(segment) === undefined)
  const spanNumber = (segment: ArchivedSegment): number => Math.floor(spanOf(segment).from / objectDuration)
  const newest = pending.reduce((most, segment) => Math.max(most, spanNumber(segment)), 0)
  const planned = [...new Set(pending.map(({ rendition }) => rendition))].flatMap(rendition => {
    const own = pending.filter(segment => segment.rendition === rendition).sort((a, b) => a.number - b.number)
    const count = own.findIndex(segment => {
      return segment.period !== own[0]?.period || spanNumber(segment) !== spanNumber(own[0])
    })
    if (count > 0) return [own.slice(0, count)]
    // Other renditions tell that time goes on, for one that has ended.
    const isOver = isComplete || own.every(segment => spanNumber(segment) + 1 < newest)
    return isOver ? [own] : []
  })
  return planned.sort((a, b) => numberOf(a) - numberOf(b))[0]
}

function numberOf(segments: readonly ArchivedSegment[]): number {
  return segments[0]?.number ?? 0
}

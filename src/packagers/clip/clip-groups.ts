import type { ArchivedSegment } from '../../contracts/segments.ts'
import type { Milliseconds } from '../../core/units.ts'

/** Segments of one number: what plays at one time. */
export type ClipGroup = {
  /** Its key frames say where the clip can begin: the picture, else the first sound. */
  readonly leader: ArchivedSegment
  readonly others: readonly ArchivedSegment[]
  /** True if nothing is missing between the group before and this one, and it has the same clock. */
  readonly follows: boolean
}

/** In the order of time. What has no leader, where others have one, was lost. */
export function groupsOf(segments: readonly ArchivedSegment[]): readonly ClipGroup[] {
  const names = [...new Set(segments.map(({ rendition }) => rendition))].sort((a, b) => rankOf(a) - rankOf(b))
  const leaders = segments.filter(({ rendition }) => rendition === names[0]).sort((a, b) => a.number - b.number)
  const others = Map.groupBy(
    segments.filter(({ rendition }) => rendition !== names[0]),
    ({ number }) => number,
  )
  return leaders.map((leader, i) => ({
    leader,
    others: (others.get(leader.number) ?? []).toSorted((a, b) => rankOf(a.rendition) - rankOf(b.rendition)),
    follows: isNext(leaders[i - 1], leader),
  }))
}

/** True if the last group has as many tracks as the one before it. */
export function isWhole(groups: readonly ClipGroup[]): boolean {
  const [before, last] = [groups.at(-2), groups.at(-1)]
  return last?.follows !== true || before === undefined || last.others.length >= before.others.length
}

function isNext(before: ArchivedSegment | undefined, after: ArchivedSegment): boolean {
  return before !== undefined && before.period === after.period && before.position + 1 === after.position
}

/** Pictures first, by their numbers. */
function rankOf(rendition: string): number {
  const [kind, number = '1'] = rendition.split('-')
  return (kind === 'video' ? 0 : 1000) + Number(number)
}

/** The group that plays at a time, else the next one; `undefined` if there is none. */
export function groupAt(groups: readonly ClipGroup[], time: Milliseconds): number | undefined {
  const at = groups.findIndex(({ leader: { time: start, duration, timescale } }) => {
    return (1000 * (start + duration)) / timescale > time
  })
  return at === -1 ? undefined : at
}

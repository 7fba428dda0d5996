import type { ArchivedSegment, SegmentSelection, TimeSpan } from '../../contracts/segments.ts'
import type { HourFolder } from './hour-folder.ts'
import { groupsWithin, type SegmentGroup, spanOf } from './segment-window.ts'

/** What is looked at of an hour: its list may have to be read for `groups`. */
type Hour = Pick<HourFolder, 'summary' | 'groups'>

/** The groups of an hour that play within a span: `begin` up to, and without, `end`. */
type HourPart = {
  readonly at: number
  readonly groups: readonly SegmentGroup[]
  readonly begin: number
  readonly end: number
}

/** Segments of all renditions that play within a span, ascending by number. @param hours The oldest first. */
export async function segmentsWithin(hours: readonly Hour[], span: TimeSpan): Promise<readonly ArchivedSegment[]> {
  const found: ArchivedSegment[] = []
  for (const hour of hoursWithin(hours, span)) {
    const groups = await hour.groups()
    const [begin, end] = groupsWithin(groups, span)
    for (const { segments } of groups.slice(begin, end)) found.push(...segments)
  }
  return found
}

/** Which those are; `undefined` if there is none. Only the hours in which they begin and end are read. */
export async function selectSegments(hours: readonly Hour[], span: TimeSpan): Promise<SegmentSelection | undefined> {
  const within = hoursWithin(hours, span)
  const head = await findPart(within, span, [...within.keys()])
  const tail = await findPart(within, span, [...within.keys()].reverse())
  const [first, last] = [head?.groups[head.begin], tail?.groups[tail.end - 1]]
  if (head === undefined || tail === undefined || first === undefined || last === undefined) return undefined
  const between = within.slice(head.at + 1, tail.at).reduce((sum, { summary }) => sum + (summary?.segments ?? 0), 0)
  const count = countOf(head) + (head.at === tail.at ? 0 : between + countOf(tail))
  return { span: { from: beginOf(head), to: endOf(tail) }, numbers: { first: first.number, last: last.number }, count }
}

function hoursWithin(hours: readonly Hour[], { from, to }: TimeSpan): readonly Hour[] {
  return hours.filter(({ summary }) => summary !== undefined && summary.span.to > from && summary.span.from < to)
}

/** Of the first hour, in that order, that has some. */
async function findPart(
  hours: readonly Hour[],
  span: TimeSpan,
  order: readonly number[],
): Promise<HourPart | undefined> {
  for (const at of order) {
    const groups = (await hours[at]?.groups()) ?? []
    const [begin, end] = groupsWithin(groups, span)
    if (begin < end) return { at, groups, begin, end }
  }
  return undefined
}

function countOf({ groups, begin, end }: HourPart): number {
  return groups.slice(begin, end).reduce((sum, { segments }) => sum + segments.length, 0)
}

/** In whole milliseconds, and behind the segment before. */
function beginOf({ groups, begin }: HourPart): number {
  const [before, first] = [groups[begin - 1], groups[begin]]
  return Math.ceil(Math.max(before ? spanOf(before.leader).to : 0, first ? spanOf(first.leader).from : 0))
}

/** In whole milliseconds, and not behind the beginning of the segment that follows. */
function endOf({ groups, end }: HourPart): number {
  const [last, after] = [groups[end - 1], groups[end]]
  const most = Number.POSITIVE_INFINITY
  return Math.floor(Math.min(last ? spanOf(last.leader).to : most, after ? spanOf(after.leader).from : most))
}

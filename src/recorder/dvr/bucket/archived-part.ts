import type { ArchivedSegment } from '../../../contracts/segments.ts'
import type { IndexContents } from '../hour-index.ts'
import { StoredObjects } from './stored-object.ts'

/**
 * Where a stream begins to count whose bucket has not answered yet: there is room before it for what that has, and the sum
 * is still a number that every player can read.
 */
export const roomForArchive = { position: 1_000_000_000, discontinuity: 1_000_000 } as const

/** More segments than these are not lost between two hours. */
const mostLost = 100_000

/**
 * What an index says of the bucket: segments of which it has the bytes, and which come before what is here already. Their
 * places are moved there if they were counted without each other.
 *
 * @param next The oldest segment of those that are here and come later.
 * @returns `undefined` if there is no such thing.
 */
export function archivedPart(index: IndexContents, next: ArchivedSegment | undefined): IndexContents | undefined {
  const objects = index.objects.filter(({ last }) => next === undefined || last < next.number)
  const stored = new StoredObjects(objects)
  const told = index.segments.filter(segment => stored.find(segment) !== undefined)
  const newest = told.reduce<ArchivedSegment | undefined>(
    (most, segment) => (most !== undefined && most.number >= segment.number ? most : segment),
    undefined,
  )
  if (newest === undefined) return undefined
  const segments = moved(told, newest, next)
  if (segments.some(({ position, discontinuity }) => position < 0 || discontinuity < 0)) return undefined
  return { segments, objects, removedBelow: index.removedBelow, evictedBelow: newest.number + 1, isWhole: true }
}

function moved(
  segments: readonly ArchivedSegment[],
  newest: ArchivedSegment,
  next: ArchivedSegment | undefined,
): readonly ArchivedSegment[] {
  if (next === undefined) return segments
  const distance = next.position - newest.position
  if (distance > 0 && distance <= mostLost) return segments
  const [places, discontinuities] = [distance - 1, next.discontinuity - 1 - newest.discontinuity]
  return segments.map(segment => ({
    ...segment,
    position: segment.position + places,
    discontinuity: segment.discontinuity + discontinuities,
  }))
}

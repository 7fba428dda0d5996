import { join } from 'node:path'
import type { ArchivedSegment } from '../../contracts/segments.ts'
import { unlessMalformed } from '../../core/errors.ts'
import { decodeSegmentSpan } from '../../formats/fmp4/segment-span.ts'
import { StoredObjects } from './bucket/stored-object.ts'
import { type DvrDisk, list, partialSuffix, read, removeAll } from './dvr-disk.ts'
import { type DvrFile, formatDvrFile, parseDvrFile } from './dvr-file-name.ts'
import type { IndexContents } from './hour-index.ts'
import { segmentEvents } from './segment-events.ts'

/** The newest segments of an index may be on the disk in name only, if the machine has lost its power. */
const doubted = 16

/**
 * The segments that the folder of an hour has, whatever its index says: those that were written and not told any more
 * are found by their files, and those that are told and neither there nor in the bucket are left out.
 *
 * @param before The newest segment of an earlier hour.
 */
export async function recoverHour(
  disk: DvrDisk,
  folder: string,
  index: IndexContents,
  before: ArchivedSegment | undefined,
): Promise<readonly ArchivedSegment[]> {
  const names = (await list(disk, folder)).map(({ name }) => name)
  for (const name of names) if (name.endsWith(partialSuffix)) await removeAll(disk, join(folder, name))
  const told = await thoseThatAreThere(disk, folder, index, new Set(names))
  const known = new Set(told.map(nameOf))
  const files = names.map(parseDvrFile).filter(file => file !== undefined)
  const inits = files.filter(file => file.type === 'init').sort((a, b) => b.number - a.number)
  const gone = Math.max(index.removedBelow, index.evictedBelow)
  const missing = files.filter(
    file => file.type === 'segment' && file.number >= gone && !known.has(formatDvrFile(file)),
  )
  const found: ArchivedSegment[] = [...told]
  for (const file of missing.sort((a, b) => a.number - b.number)) {
    const init = inits.find(({ rendition, number }) => rendition === file.rendition && number <= file.number)
    const segment = init && (await readSegment(disk, folder, file, init))
    if (segment !== undefined) found.push(place(segment, before, found))
  }
  return found.sort((a, b) => a.number - b.number)
}

type Unplaced = Omit<ArchivedSegment, 'position' | 'discontinuity'>

async function thoseThatAreThere(
  disk: DvrDisk,
  folder: string,
  { segments, objects, evictedBelow }: IndexContents,
  names: ReadonlySet<string>,
): Promise<readonly ArchivedSegment[]> {
  const stored = new StoredObjects(objects)
  const isStored = (segment: ArchivedSegment): boolean => stored.find(segment) !== undefined
  const files = segments.filter(segment => names.has(nameOf(segment)))
  const broken = new Set(files.filter(({ number }) => number < evictedBelow))
  for (const segment of files.slice(-doubted)) {
    const { size } = await disk.stat(join(folder, nameOf(segment)))
    if (size !== segment.size) broken.add(segment)
  }
  // What is in the bucket is read from there.
  for (const segment of broken) if (isStored(segment)) await removeAll(disk, join(folder, nameOf(segment)))
  return segments.filter(segment => isStored(segment) || (names.has(nameOf(segment)) && !broken.has(segment)))
}

function nameOf({ rendition, number }: ArchivedSegment): string {
  return formatDvrFile({ type: 'segment', rendition, number })
}

/** What the file says. One that cannot be read is left out. */
async function readSegment(
  disk: DvrDisk,
  folder: string,
  { rendition, number }: DvrFile,
  init: DvrFile & { readonly type: 'init' },
): Promise<Unplaced | undefined> {
  const [head, bytes] = await Promise.all(
    [init, { type: 'segment', rendition, number } as const].map(file => read(disk, folder, formatDvrFile(file))),
  )
  if (head === undefined || bytes === undefined) return undefined
  const span = unlessMalformed(() => decodeSegmentSpan(head, bytes))
  if (span === undefined) return undefined
  const { timescale, time, duration, samples: frames, isIndependent } = span
  const events = segmentEvents(bytes)
  return {
    rendition,
    number,
    period: init.period,
    timescale,
    time,
    duration,
    frames,
    size: bytes.length,
    isIndependent,
    ...(events && { events }),
  }
}

/** Its place among the others: behind those of its period by the difference of the numbers, else one behind the last. */
function place(
  segment: Unplaced,
  before: ArchivedSegment | undefined,
  others: readonly ArchivedSegment[],
): ArchivedSegment {
  const { number, period } = segment
  const sibling = others.find(other => other.period === period) ?? (before?.period === period ? before : undefined)
  if (sibling !== undefined) {
    const { position, discontinuity } = sibling
    return { ...segment, position: position + number - sibling.number, discontinuity }
  }
  const earlier = others.filter(other => other.number < number)
  const last = earlier.reduce((newest, other) => (newest && newest.number > other.number ? newest : other), before)
  if (last === undefined) return { ...segment, position: 0, discontinuity: 0 }
  return { ...segment, position: last.position + 1, discontinuity: last.discontinuity + 1 }
}

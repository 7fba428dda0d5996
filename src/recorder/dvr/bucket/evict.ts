import type { Bytes, Milliseconds } from '../../../core/units.ts'
import type { HourFolder } from '../hour-folder.ts'
import { numberToKeepFrom } from '../segment-window.ts'

export type EvictLimits = {
  /** What ends before it is too old. */
  readonly before: Milliseconds
  /** On the disk. */
  readonly mostBytes: Bytes
  /** Segments of this number and higher ones stay. */
  readonly keepFrom: number
}

/**
 * Remove files that are too old or too many from the disk, the oldest first, and what is in the bucket only. Where the
 * disk has more bytes than it may have, what is not stored yet is lost.
 *
 * @returns How many segments are lost.
 */
export async function evict(
  hours: readonly HourFolder[],
  { before, mostBytes, keepFrom }: EvictLimits,
): Promise<number> {
  let lost = 0
  const bytesHere = (): number => hours.reduce((sum, { summary }) => sum + (summary?.here.bytes ?? 0), 0)
  for (const hour of hours) {
    if (hour.summary === undefined || hour.summary.here.segments === 0) continue
    const { newest } = hour.summary
    const segments = await hour.segmentsHere()
    const excess = bytesHere() - mostBytes
    const tooMany = numberToKeepFrom(segments, { before: Number.NEGATIVE_INFINITY, bytes: excess }) ?? 0
    const tooOld = numberToKeepFrom(segments, { before, bytes: 0 }) ?? 0
    const stored = await hour.stored()
    const pending = segments.filter(segment => stored.find(segment) === undefined)
    const safe = pending.reduce((least, { number }) => Math.min(least, number), Number.POSITIVE_INFINITY)
    const below = Math.min(keepFrom, Math.max(tooMany, Math.min(tooOld, safe)))
    if (below <= (segments[0]?.number ?? 0)) return lost
    lost += pending.filter(({ number }) => number < below).length
    await hour.evictBelow(below)
    if (below <= newest.number) return lost
  }
  return lost
}

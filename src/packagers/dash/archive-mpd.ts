import type { StreamArchive } from '../../contracts/segments.ts'
import type { Milliseconds } from '../../core/units.ts'
import { mpdPieces } from '../../formats/mpd/format-mpd.ts'
import type { Mpd, MpdPeriod } from '../../formats/mpd/mpd.ts'
import type { ArchiveHeads } from '../archive-heads.ts'
import { type ArchiveWindow, nothingKept, spanWithin } from '../archive-window.ts'
import { archivedRenditions } from '../archived-renditions.ts'
import { credentialsPlace } from '../manifest.ts'
import { inPieces, segmentsAtOnce } from '../others-turn.ts'
import { mpdOf } from './mpd-of.ts'

export type ArchiveMpdOptions = {
  readonly archive: StreamArchive
  readonly heads: ArchiveHeads
  readonly window: ArchiveWindow
  readonly now: Milliseconds
  readonly segmentDuration: Milliseconds
  /** Where the time is told. */
  readonly timeUrl: string
}

/** What is kept of a window, as DASH lists it. A stream that goes on adds to one without an end. */
export async function archiveMpd(options: ArchiveMpdOptions): Promise<string> {
  const { archive, heads, window, segmentDuration, now, timeUrl } = options
  const span = spanWithin(archive.stream, window, archive.span)
  const isEnded = !archive.isGrowing || (window.to !== undefined && window.to <= span.to)
  const renditions = await archivedRenditions({ archive, heads, span, isEnded, segmentDuration })
  if (renditions.length === 0) throw nothingKept(archive)
  const facts = { now, segmentDuration, segmentWindow: now - span.from, isLowLatency: false, timeUrl }
  const mpd = mpdOf(renditions, { ...facts, prefix: '', suffix: credentialsPlace })
  return inPieces(mpdPieces(renditions.every(rendition => rendition.isEnded) ? joined(mpd) : mpd, segmentsAtOnce))
}

/** From 0 on, each period where the one before it ends: a time of which nothing is kept does not play. */
function joined({ timeUrl: _timeUrl, minimumUpdatePeriod: _update, ...mpd }: Mpd): Mpd {
  let end: Milliseconds = 0
  const periods = mpd.periods.map(period => {
    const start = end
    const duration = durationOf(period)
    end += duration
    return { ...period, start, duration }
  })
  return { ...mpd, type: 'static', duration: end, periods }
}

function durationOf({ sets }: MpdPeriod): Milliseconds {
  const ends = sets.map(({ representation: { timeline, timescale, presentationTimeOffset } }) => {
    const last = timeline.at(-1)
    return last === undefined ? 0 : (1000 * (last.time + last.duration - presentationTimeOffset)) / timescale
  })
  return Math.round(Math.max(0, ...ends))
}

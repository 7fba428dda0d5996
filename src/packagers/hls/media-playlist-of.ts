import type { DateRange } from '../../formats/m3u8/date-range.ts'
import type {
  MediaPlaylist,
  OpenSegment,
  PlaylistPart,
  PlaylistSegment,
  RenditionReport,
  SegmentKey,
} from '../../formats/m3u8/media-playlist.ts'
import { formatKeyFile, formatSegmentFile, type SegmentFile } from '../file-name.ts'
import type { ListedRendition, ListedSegment } from '../listed-rendition.ts'
import { segmentsWithParts } from '../rendition.ts'
import { segmentIv } from '../segment-cipher.ts'
import type { KeyName } from '../segment-keys.ts'

export type PlaylistOptions = {
  /** List parts, and what players need to fetch them in time. */
  readonly isLowLatency: boolean
  /** All renditions of the stream that are packaged alike. */
  readonly siblings: readonly ListedRendition[]
  /** Times of the programme that are told with it. */
  readonly dateRanges: readonly DateRange[]
  /** Leave out the segments that an older list has told. */
  readonly isDelta: boolean
  /** What follows each file name: the credentials that the viewer has shown in its URL. */
  readonly suffix: string
}

/** A player that reads parts stands this many parts behind the end. Source: RFC 8216bis §4.4.3.8, three at least advised. */
const partHoldBackParts = 3
/** Source: RFC 8216bis §4.4.3.8: three target durations at least. */
const holdBackTargets = 3
/** Source: RFC 8216bis §4.4.3.8: six target durations at least. */
const skipTargets = 6

/** What there is of a rendition, as HLS lists it. */
export function mediaPlaylistOf(rendition: ListedRendition, options: PlaylistOptions): MediaPlaylist {
  const { isLowLatency } = options
  const { segments, targetDuration: target, isIndependent } = rendition
  const complete = segments.filter(({ isComplete }) => isComplete)
  const open = segments.find(({ isComplete }) => !isComplete)
  // One that has ended does not say that it could leave something out.
  const skipped = options.isDelta && !rendition.isEnded ? countSkipped(complete, skipBoundary(target)) : 0
  const withParts =
    isLowLatency && !rendition.isEnded && !endsInGap(rendition) ? complete.slice(-segmentsWithParts) : []
  const listed = complete
    .slice(skipped)
    .map(segment => listSegment(rendition, segment, withParts.includes(segment), options))
  const first = segments[0]
  return {
    targetDuration: target,
    mediaSequence: first?.number ?? 0,
    discontinuitySequence: first === undefined ? 0 : first.period.discontinuity - (first.isDiscontinuity ? 1 : 0),
    hasIndependentSegments: isIndependent,
    isEnded: rendition.isEnded,
    ...(isLowLatency && !rendition.isEnded && lowLatencyFacts(rendition, open, target, options)),
    ...(skipped > 0 && { skippedSegments: skipped }),
    segments: listed,
    dateRanges: options.dateRanges,
    ...(isLowLatency && open !== undefined && { open: openSegment(rendition, open, true, options) }),
    renditionReports: isLowLatency && !rendition.isEnded ? reportsOf(rendition, options) : [],
  }
}

/** Seconds from the end, behind which segments may be left out of an update. */
export function skipBoundary(target: number): number {
  return skipTargets * target
}

function lowLatencyFacts(
  rendition: ListedRendition,
  open: ListedSegment | undefined,
  target: number,
  options: PlaylistOptions,
): Pick<MediaPlaylist, 'serverControl' | 'partTarget' | 'preloadHint'> {
  const { partTarget, isInterrupted } = rendition
  return {
    serverControl: {
      canBlockReload: true,
      partHoldBack: partHoldBackParts * partTarget,
      holdBack: holdBackTargets * target,
      canSkipUntil: skipBoundary(target),
    },
    partTarget,
    // Another period needs another map.
    ...(!isInterrupted && !endsInGap(rendition) && { preloadHint: nameOf(nextPart(rendition, open), options) }),
  }
}

/** Where media are missing there are no parts, and none is hinted at. Source: RFC 8216bis Appendix B.1. */
function endsInGap({ newest }: ListedRendition): boolean {
  return newest?.isGap === true
}

/** Of a segment in which nothing comes any more there may be none. */
function nextPart({ name, newest, isSilent }: ListedRendition, open: ListedSegment | undefined): SegmentFile {
  if (open !== undefined && !isSilent)
    return { type: 'part', rendition: name, number: open.number, part: open.parts.length }
  return { type: 'part', rendition: name, number: (newest?.number ?? 0) + 1, part: 0 }
}

/** Those that end so many seconds before the end, or earlier. Parts of one that is not complete do not count. */
function countSkipped(segments: readonly ListedSegment[], until: number): number {
  let seconds = 0
  const newest = segments.findLastIndex(segment => {
    if (seconds >= until) return true
    seconds += segment.seconds
    return false
  })
  return newest + 1
}

function listSegment(
  rendition: ListedRendition,
  segment: ListedSegment,
  hasParts: boolean,
  options: PlaylistOptions,
): PlaylistSegment {
  const { number, seconds, isGap, key } = segment
  return {
    ...openSegment(rendition, segment, hasParts, options),
    uri: nameOf({ type: 'segment', rendition: rendition.name, number, ...(key !== undefined && { key }) }, options),
    duration: seconds,
    isGap,
  }
}

function openSegment(
  rendition: ListedRendition,
  segment: ListedSegment,
  hasParts: boolean,
  options: PlaylistOptions,
): OpenSegment {
  const { name: renditionName } = rendition
  const { number, period, time, timescale, isDiscontinuity, key } = segment
  const hasInit = period.heads.get(renditionName)?.init !== undefined
  const init = nameOf({ type: 'init', rendition: renditionName, period: period.number }, options)
  return {
    programDateTime: (time * 1000) / timescale,
    isDiscontinuity,
    ...(hasInit && { map: { uri: init } }),
    ...(key !== undefined && { key: segmentKey(renditionName, number, key, options) }),
    // One that is encrypted is in one piece.
    parts: hasParts && key === undefined ? listParts(rendition, segment, options) : [],
  }
}

function segmentKey(rendition: string, number: number, key: KeyName, { suffix }: PlaylistOptions): SegmentKey {
  return { method: 'AES-128', uri: formatKeyFile(key) + suffix, iv: segmentIv(rendition, number) }
}

function listParts({ name }: ListedRendition, segment: ListedSegment, options: PlaylistOptions): PlaylistPart[] {
  return segment.parts.map(({ duration, isIndependent }, part) => ({
    uri: nameOf({ type: 'part', rendition: name, number: segment.number, part }, options),
    duration: duration / segment.timescale,
    isIndependent,
  }))
}

function reportsOf(rendition: ListedRendition, { siblings, suffix }: PlaylistOptions): RenditionReport[] {
  return siblings
    .filter(sibling => sibling !== rendition)
    .flatMap(({ name, newest }) => {
      if (newest === undefined) return []
      const lastPart = newest.parts.length - 1
      return [{ uri: `${name}.m3u8${suffix}`, lastMsn: newest.number, ...(lastPart >= 0 && { lastPart }) }]
    })
}

function nameOf(file: SegmentFile, { suffix }: PlaylistOptions): string {
  return formatSegmentFile(file) + suffix
}

import type { Milliseconds, Ticks } from '../../core/units.ts'
import type { AdaptationSet, Mpd, MpdPeriod, Representation, TimelineSegment } from '../../formats/mpd/mpd.ts'
import { languageTag } from '../../media/language-tag.ts'
import type { Track } from '../../media/track.ts'
import { frameRate, peakRate } from '../bit-rate.ts'
import { formatSegmentFile } from '../file-name.ts'
import type { Generation } from '../generation.ts'
import type { ListedRendition, ListedSegment } from '../listed-rendition.ts'
import { delayParts, delaySegments } from './live-delay.ts'

export type MpdOptions = {
  readonly now: Milliseconds
  readonly segmentDuration: Milliseconds
  readonly segmentWindow: Milliseconds
  /** List segments that are not complete. */
  readonly isLowLatency: boolean
  /** Path of the segments, relative to the MPD: empty, or the last segment of the stream's name with a slash. */
  readonly prefix: string
  /** What follows each file name. */
  readonly suffix: string
  /** Where the time is told. */
  readonly timeUrl: string
}

/** How often a list is fetched again: without chunks at most, with them so that players hear of each segment soon. */
const longestUpdate: Milliseconds = 2000
const lowLatencyUpdate: Milliseconds = 500
/** A player that is further behind its target than it is to be does not catch up by playing faster, but moves. */
const mostBehind = 2

/** What there is of a stream, as DASH lists it. Media times and the starts of periods count from the Unix epoch. */
export function mpdOf(renditions: readonly ListedRendition[], options: MpdOptions): Mpd {
  const { now, segmentDuration, segmentWindow, isLowLatency, timeUrl } = options
  const isEnded = renditions.every(rendition => rendition.isEnded)
  const longest = 1000 * Math.max(segmentDuration / 1000, ...renditions.map(({ longestSegment }) => longestSegment))
  const part = 1000 * Math.max(0, ...renditions.map(({ partTarget }) => partTarget))
  const update = isLowLatency ? lowLatencyUpdate : Math.min(longest, longestUpdate)
  const delay = isLowLatency ? delayParts * part + update : delaySegments * longest
  const lists = renditions.map(rendition => ({ rendition, listed: byGeneration(rendition, options) }))
  const periods = generationsOf(lists).map(generation => describe(generation, lists, options))
  return {
    type: 'dynamic',
    availabilityStart: 0,
    published: now,
    ...(isEnded
      ? { duration: endOf(renditions) }
      : { minimumUpdatePeriod: update, timeShiftBufferDepth: segmentWindow }),
    minBufferTime: Math.min(longest, delay),
    suggestedPresentationDelay: delay,
    maxSegmentDuration: Math.max(longest, longestOf(periods)),
    timeUrl,
    ...(isLowLatency && { latency: { target: delay, longest: mostBehind * delay } }),
    periods,
  }
}

/** With the gap behind it, a segment may be longer than any that was made. */
function longestOf(periods: readonly MpdPeriod[]): Milliseconds {
  const representations = periods.flatMap(({ sets }) =>
    sets.map(({ representation: { timeline, timescale } }) => {
      return timeline.reduce((longest, { duration }) => Math.max(longest, (1000 * duration) / timescale), 0)
    }),
  )
  return Math.max(0, ...representations)
}

function endOf(renditions: readonly ListedRendition[]): Milliseconds {
  const ends = renditions.map(({ newest }) =>
    newest === undefined ? 0 : (1000 * (newest.time + newest.duration)) / newest.timescale,
  )
  return Math.max(0, ...ends)
}

/** What is listed of a rendition, by generation. */
type GenerationLists = {
  readonly rendition: ListedRendition
  readonly listed: ReadonlyMap<Generation, readonly ListedSegment[]>
}

function byGeneration({ segments }: ListedRendition, options: MpdOptions): GenerationLists['listed'] {
  const listed = segments.filter(segment => isListed(segment, options))
  return Map.groupBy(listed, ({ period }) => period.generation)
}

/** Of segments that are listed, oldest first. */
function generationsOf(lists: readonly GenerationLists[]): readonly Generation[] {
  const generations = new Set(lists.flatMap(({ listed }) => [...listed.keys()]))
  return [...generations].filter(generation => isTold(generation, lists)).sort((a, b) => a.start - b.start)
}

/** A track of which nothing is listed when another has so many segments is waited for no longer. */
const longestWaitSegments = 2

/** True once there is something of each track: players want no period that is empty, nor adaptation sets that come later. */
function isTold(generation: Generation, lists: readonly GenerationLists[]): boolean {
  const [any] = lists.flatMap(({ listed }) => listed.get(generation)?.[0] ?? [])
  const counts = lists
    .filter(({ rendition: { name } }) => any?.period.heads.has(name))
    .map(({ listed }) => listed.get(generation)?.length ?? 0)
  return counts.length > 0 && (Math.min(...counts) > 0 || Math.max(...counts) >= longestWaitSegments)
}

function describe(generation: Generation, lists: readonly GenerationLists[], options: MpdOptions): MpdPeriod {
  const sets = lists.flatMap(({ rendition, listed }, id) => {
    return adaptationSet(generation, rendition, id, listed.get(generation) ?? [], options) ?? []
  })
  return { id: generation.id, start: generation.start, sets }
}

function adaptationSet(
  generation: Generation,
  rendition: ListedRendition,
  id: number,
  segments: readonly ListedSegment[],
  options: MpdOptions,
): AdaptationSet | undefined {
  const { name, kind } = rendition
  const last = segments.at(-1)
  const [track] = last?.period.heads.get(name)?.tracks ?? []
  const language = languageTag(track?.language)
  if (track === undefined || last === undefined || (kind !== 'video' && kind !== 'audio')) return undefined
  return {
    id,
    kind,
    mimeType: `${kind}/mp4`,
    ...(language !== undefined && { language }),
    isIndependent: kind === 'audio' || rendition.isIndependent,
    isMain: track.index === 0,
    eventSchemes: rendition.eventSchemes,
    ...(options.isLowLatency && { referenceTime: generation.start }),
    representation: representation(rendition, track, last, segments, options),
  }
}

function isListed({ isComplete, isGap, parts }: ListedSegment, { isLowLatency }: MpdOptions): boolean {
  return isComplete ? !isGap : isLowLatency && parts.length > 0
}

function representation(
  rendition: ListedRendition,
  track: Track,
  last: ListedSegment,
  segments: readonly ListedSegment[],
  { isLowLatency, prefix, suffix }: MpdOptions,
): Representation {
  const { name, partTarget } = rendition
  const { period, timescale } = last
  const init = formatSegmentFile({ type: 'init', rendition: name, period: period.number })
  const early = isLowLatency ? expectedDuration(last, rendition) / timescale - partTarget : 0
  return {
    id: name,
    ...factsOf(track, segments),
    bandwidth: peakRate(segments),
    timescale,
    presentationTimeOffset: Math.round((period.generation.start * timescale) / 1000),
    initialization: `${prefix}${init}${suffix}`,
    media: `${prefix}${name}-t$Time$.m4s${suffix}`,
    ...(early > 0 && { availabilityTimeOffset: early }),
    timeline: [
      ...segments.map((segment, i) => timelineSegment(segment, segments[i + 1], rendition)),
      ...(isLowLatency ? comingSegment(rendition) : []),
    ],
  }
}

/**
 * A gap belongs to the segment before it: behind a segment that does not reach to the next one, dash.js 5.2 looks for one
 * that does, for ever.
 */
function timelineSegment(
  segment: ListedSegment,
  next: ListedSegment | undefined,
  rendition: ListedRendition,
): TimelineSegment {
  const { number, period, time } = segment
  const isBeforeGap = next !== undefined && next.period === period && next.number > number + 1
  return { time, duration: isBeforeGap ? next.time - time : expectedDuration(segment, rendition) }
}

/** What is about to begin, where the newest segment has ended: players ask for it, and are sent it as it comes. */
function comingSegment({ newest, isEnded, isInterrupted, isSilent }: ListedRendition): readonly TimelineSegment[] {
  if (newest === undefined || !newest.isComplete || newest.isGap || isEnded || isInterrupted || isSilent) return []
  return [{ time: newest.time + newest.duration, duration: newest.duration }]
}

/** Of one that is not complete it is not known: as long as the one before, if it is not longer by now. */
function expectedDuration(segment: ListedSegment, { segments }: ListedRendition): Ticks {
  if (segment.isComplete) return segment.duration
  const before = segments.at(-2)
  return Math.max(segment.duration, before?.timescale === segment.timescale ? before.duration : 0)
}

function factsOf(
  { video, audio }: Track,
  segments: readonly ListedSegment[],
): Pick<Representation, 'codecs' | 'width' | 'height' | 'frameRate' | 'sampleRate' | 'channels'> {
  const codecs = video?.codecString ?? audio?.codecString
  const shared = codecs === undefined ? {} : { codecs }
  if (audio !== undefined) return { ...shared, sampleRate: audio.sampleRate, channels: audio.channels }
  const rate = frameRate(segments)
  return {
    ...shared,
    ...(video !== undefined && video.width > 0 && { width: video.width, height: video.height }),
    ...(rate !== undefined && { frameRate: formatFrameRate(rate) }),
  }
}

/** A whole number, or that of television: so many thousand in 1.001 seconds. Source: ISO/IEC 23009-1 §5.3.7.3. */
export function formatFrameRate(rate: number): string {
  const whole = Math.round(rate)
  const television = (whole * 1000) / 1001
  return Math.abs(rate - television) < Math.abs(rate - whole) ? `${whole * 1000}/1001` : String(whole)
}

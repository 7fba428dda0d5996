import type { Milliseconds, Ticks } from '../../core/units.ts'
import type { AdaptationSet, Mpd, MpdPeriod, Representation, TimelineSegment } from './mpd.ts'
import { formatXml, type XmlElement, xmlPieces } from './xml.ts'

const namespace = 'urn:mpeg:dash:schema:mpd:2011'
/** ISO/IEC 23009-1 §8.4 (live profile), ISO/IEC 23000-19 (CMAF). */
const profiles = 'urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019'
const audioChannels = 'urn:mpeg:mpegB:cicp:ChannelConfiguration'
/** By how many channels there are: the usual arrangement of them. Source: ISO/IEC 23091-3 (ChannelConfiguration). */
const arrangements = [undefined, 1, 2, 3, 4, 5, 6, 11, 12]
const role = 'urn:mpeg:dash:role:2011'
const httpDateTime = 'urn:mpeg:dash:utc:http-xsdate:2014'

/**
 * The text of an MPD.
 *
 * @see ISO/IEC 23009-1 §5.3.1.2 (MPD), §5.3.2.2 (Period), §5.3.3.2 (AdaptationSet), §5.3.5.2 (Representation), §5.3.9
 */
export function formatMpd(mpd: Mpd): string {
  return formatXml(mpdElement(mpd))
}

/** The same text in pieces of so many segments, for lists that take long. */
export function mpdPieces(mpd: Mpd, segmentsAtOnce: number): Generator<string> {
  return xmlPieces(mpdElement(mpd), segmentsAtOnce)
}

function mpdElement(mpd: Mpd): XmlElement {
  return { name: 'MPD', attributes: mpdAttributes(mpd), content: [...mpdContent(mpd)] }
}

function mpdAttributes(mpd: Mpd): NonNullable<XmlElement['attributes']> {
  const { type, duration } = mpd
  const shared = {
    xmlns: namespace,
    profiles,
    type,
    minBufferTime: formatDuration(mpd.minBufferTime),
    // No segment is longer, not by a fraction of a millisecond either: §5.3.1.2.
    maxSegmentDuration: formatDuration(Math.ceil(mpd.maxSegmentDuration)),
    mediaPresentationDuration: optionalDuration(duration),
  }
  if (type === 'static') return shared
  return {
    ...shared,
    availabilityStartTime: formatDateTime(mpd.availabilityStart),
    publishTime: formatDateTime(mpd.published),
    minimumUpdatePeriod: optionalDuration(mpd.minimumUpdatePeriod),
    timeShiftBufferDepth: optionalDuration(mpd.timeShiftBufferDepth),
    suggestedPresentationDelay: formatDuration(mpd.suggestedPresentationDelay),
  }
}

function* mpdContent({ latency, periods, timeUrl }: Mpd): Generator<XmlElement> {
  if (latency !== undefined) yield serviceDescription(latency)
  const timing = timeUrl === undefined ? [] : [utcTiming(timeUrl)]
  yield* periods.map(one => period(one, timing))
  yield* timing
}

/** What is hardly seen and heard. */
const playbackRate = { min: 0.95, max: 1.1 }

/** Source: ISO/IEC 23009-1 Annex K. */
function serviceDescription({ target, longest }: NonNullable<Mpd['latency']>): XmlElement {
  const times = { target: Math.round(target), max: Math.round(longest), referenceId: 0 }
  const content = [
    { name: 'Latency', attributes: times },
    { name: 'PlaybackRate', attributes: playbackRate },
  ]
  return { name: 'ServiceDescription', attributes: { id: 0 }, content }
}

function utcTiming(timeUrl: string): XmlElement {
  return { name: 'UTCTiming', attributes: { schemeIdUri: httpDateTime, value: timeUrl } }
}

function period({ id, start, duration, sets }: MpdPeriod, timing: readonly XmlElement[]): XmlElement {
  const attributes = {
    id,
    start: formatDuration(start),
    duration: optionalDuration(duration),
  }
  return { name: 'Period', attributes, content: sets.map(set => adaptationSet(set, timing)) }
}

function adaptationSet(set: AdaptationSet, timing: readonly XmlElement[]): XmlElement {
  const { id, kind, mimeType, language, isIndependent, isMain, eventSchemes, referenceTime, representation } = set
  const attributes = {
    id,
    contentType: kind,
    mimeType,
    lang: language,
    segmentAlignment: true,
    startWithSAP: isIndependent ? 1 : undefined,
  }
  const events = eventSchemes.map(schemeIdUri => ({ name: 'InbandEventStream', attributes: { schemeIdUri } }))
  const reference = referenceTime === undefined ? [] : [producerReferenceTime(set, referenceTime, timing)]
  const roles = { name: 'Role', attributes: { schemeIdUri: role, value: isMain ? 'main' : 'alternate' } }
  const content = [...events, ...reference, roles, representationElement(representation)]
  return { name: 'AdaptationSet', attributes, content }
}

/** Players measure with it how far behind they are. Source: ISO/IEC 23009-1 §5.12. */
function producerReferenceTime(
  { id, representation }: AdaptationSet,
  wall: Milliseconds,
  timing: readonly XmlElement[],
): XmlElement {
  const attributes = {
    ...{ id, inband: true, type: 'encoder', wallClockTime: formatDateTime(wall) },
    presentationTime: representation.presentationTimeOffset,
  }
  return { name: 'ProducerReferenceTime', attributes, content: timing }
}

function representationElement(representation: Representation): XmlElement {
  const { id, codecs, bandwidth, width, height, frameRate, sampleRate, channels } = representation
  const attributes = { id, codecs, bandwidth, width, height, frameRate, audioSamplingRate: sampleRate }
  const content = [...channelConfiguration(channels), segmentTemplate(representation)]
  return { name: 'Representation', attributes, content }
}

/** Nothing where no arrangement has so many channels. Source: ISO/IEC 23009-1 §5.8.5.4. */
function channelConfiguration(channels = 0): readonly XmlElement[] {
  const value = arrangements[channels]
  if (value === undefined) return []
  return [{ name: 'AudioChannelConfiguration', attributes: { schemeIdUri: audioChannels, value } }]
}

function segmentTemplate(representation: Representation): XmlElement {
  const { availabilityTimeOffset } = representation
  const attributes = {
    timescale: representation.timescale,
    presentationTimeOffset: representation.presentationTimeOffset,
    availabilityTimeOffset: availabilityTimeOffset?.toFixed(3),
    availabilityTimeComplete: availabilityTimeOffset === undefined ? undefined : false,
    initialization: representation.initialization,
    media: representation.media,
  }
  const timeline = { name: 'SegmentTimeline', content: timelineElements(representation.timeline) }
  return { name: 'SegmentTemplate', attributes, content: [timeline] }
}

/** Segments of one duration, one behind the other, are told once. Source: ISO/IEC 23009-1 §5.3.9.6. */
function* timelineElements(segments: readonly TimelineSegment[]): Generator<XmlElement> {
  let run: SegmentRun | undefined
  let end: number | undefined
  for (const { time, duration } of segments) {
    if (run !== undefined && time === end && run.duration === duration) run.count++
    else {
      if (run !== undefined) yield runElement(run)
      run = { time: time === end ? undefined : time, duration, count: 1 }
    }
    end = time + duration
  }
  if (run !== undefined) yield runElement(run)
}

/** Segments of one duration, one behind the other. */
type SegmentRun = {
  /** `undefined` where it begins where the one before it ends. */
  readonly time: Ticks | undefined
  readonly duration: Ticks
  count: number
}

function runElement({ time, duration, count }: SegmentRun): XmlElement {
  return { name: 'S', attributes: { t: time, d: duration, r: count === 1 ? undefined : count - 1 } }
}

function optionalDuration(duration: Milliseconds | undefined): string | undefined {
  return duration === undefined ? undefined : formatDuration(duration)
}

/** xs:duration in seconds, which has no months and years to be unsure about. */
export function formatDuration(duration: Milliseconds): string {
  return `PT${(duration / 1000).toFixed(3).replace(/\.?0+$/, '')}S`
}

/** xs:dateTime in UTC. */
export function formatDateTime(time: Milliseconds): string {
  return new Date(time).toISOString()
}

import type { Clock } from '../contracts/clock.ts'
import type { ConnectionReports } from '../contracts/connection-reports.ts'
import type { Recordings } from '../contracts/recordings.ts'
import type { StreamInputs } from '../contracts/stream-inputs.ts'
import type { Milliseconds } from '../core/units.ts'
import type { TsFaults } from '../formats/mpegts/ts-faults.ts'
import type { Publication } from '../hub/publication.ts'
import type { Stream, TrackCounters } from '../hub/stream.ts'
import { isViewer, type Subscriber } from '../hub/subscriber.ts'
import type { SrtReport, SrtStatistics } from '../protocols/srt/statistics.ts'
import { inputsView } from './inputs-view.ts'
import type { RelayView } from './relay-schema.ts'
import type { PublisherStatus, StreamDetail, StreamStatus, StreamWords, SubscriberStatus } from './stream-schema.ts'
import { trackStatus } from './track-status.ts'

/** The moment of a request, by both clocks. */
export type Moment = { readonly now: Milliseconds; readonly wall: Milliseconds }

export function momentOf(clock: Clock): Moment {
  return { now: clock.now(), wall: clock.wall() }
}

/** Who knows more about a stream than the hub does. */
export type StreamSources = {
  readonly recordings: Recordings
  readonly inputs: Pick<StreamInputs, 'of'>
  readonly srtReports: Pick<ConnectionReports<SrtStatistics, SrtReport>, 'of'>
  readonly faultReports: Pick<ConnectionReports<TsFaults>, 'of'>
}

/** What the API says about a stream in a list. */
export function streamStatus(stream: Stream, sources: StreamSources, moment: Moment): StreamStatus {
  const { publication } = stream
  const since = publication?.info.since
  const tracks = [...stream.trackCounters].sort(byId).map(counters => trackStatus(counters, moment.now))
  return {
    name: stream.name,
    state: publication === undefined ? 'waiting' : 'live',
    startedAt: since === undefined ? null : rfc3339(since),
    uptimeSeconds: since === undefined ? 0 : wholeSeconds(moment.wall - since),
    publisher: publication === undefined ? null : publisherStatus(publication, sources),
    tracks,
    bitrate: tracks.reduce((sum, { bitrate }) => sum + bitrate, 0),
    subscriberCount: stream.subscribers.size,
    viewerCount: [...stream.subscribers].filter(isViewer).length,
    bytesIn: stream.bytesIn,
    framesIn: stream.framesIn,
    recording: sources.recordings.of(stream.name) !== undefined,
  }
}

/** What the API says about a stream that was declared, and that nobody publishes. */
export function offlineStatus(name: string): StreamStatus {
  return {
    ...{ name, state: 'offline', startedAt: null, uptimeSeconds: 0, publisher: null, tracks: [], bitrate: 0 },
    ...{ subscriberCount: 0, viewerCount: 0, bytesIn: 0, framesIn: 0, recording: false },
  }
}

/** Without what was declared. */
type LiveDetail = Omit<StreamDetail, 'outputsOff' | keyof StreamWords>

/** What the API says about one stream that was asked for. */
export function streamDetail(
  stream: Stream,
  sources: StreamSources,
  relays: readonly RelayView[],
  moment: Moment,
): LiveDetail {
  const subscribers = [...stream.subscribers].map(subscriber => subscriberStatus(subscriber, sources))
  const status = streamStatus(stream, sources, moment)
  return { ...status, subscribers, relays: [...relays], ...inputsOf(stream.name, sources) }
}

/** The same about one that was declared, and that nobody publishes. */
export function offlineDetail(name: string, sources: Pick<StreamSources, 'inputs'>): LiveDetail {
  return { ...offlineStatus(name), subscribers: [], relays: [], ...inputsOf(name, sources) }
}

function inputsOf(name: string, { inputs }: Pick<StreamSources, 'inputs'>): Pick<StreamDetail, 'inputs'> {
  const status = inputs.of(name)
  return status === undefined ? {} : { inputs: inputsView(status) }
}

/** RFC 3339, in UTC. */
export function rfc3339(wall: Milliseconds): string {
  return new Date(wall).toISOString()
}

/** Never negative: the wall clock may be set back. */
export function wholeSeconds(span: Milliseconds): number {
  return Math.max(0, Math.floor(span / 1000))
}

function byId(a: TrackCounters, b: TrackCounters): number {
  return a.track.id - b.track.id
}

function publisherStatus({ info, encoder }: Publication, sources: StreamSources): PublisherStatus {
  const { id, protocol, peer } = info
  const srt = sources.srtReports.of(id)
  const faults = sources.faultReports.of(id)
  return {
    id,
    protocol,
    peer,
    encoder: encoder ?? null,
    ...(srt !== undefined && { srt }),
    ...(faults !== undefined && { faults }),
  }
}

function subscriberStatus(subscriber: Subscriber, { srtReports }: StreamSources): SubscriberStatus {
  const { info, counters } = subscriber
  const { id, protocol, peer } = info
  const srt = srtReports.of(id)
  return {
    id,
    protocol,
    peer,
    startedAt: rfc3339(info.since),
    isViewer: isViewer(subscriber),
    bytesSent: counters.bytesSent,
    framesDropped: counters.framesDropped,
    lagMs: Math.round(counters.lag),
    ...(srt !== undefined && { srt }),
  }
}

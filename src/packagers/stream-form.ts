import type { PlacedFrame } from '../contracts/wire-format.ts'
import { unlessMalformed } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { compositionDelayOf } from '../formats/fmp4/composition-delay.ts'
import { encodeCmafHeader, encodeInitSegment } from '../formats/fmp4/init-segment.ts'
import { type Mp4Track, mp4Track, shareInitSegment } from '../formats/fmp4/mp4-track.ts'
import { tsCarries } from '../formats/mpegts/elementary-stream.ts'
import type { Frame } from '../media/frame.ts'
import type { Track, TrackKind } from '../media/track.ts'
import { CmafLane } from './cmaf-lane.ts'
import type { Boundary, Lane } from './lane.ts'
import type { Period } from './period.ts'
import type { Rendition, RenditionFacts } from './rendition.ts'
import type { RenditionHead } from './rendition-head.ts'
import { eventSchemeOf } from './timed-metadata.ts'
import { TsLane } from './ts-lane.ts'

/** What a lane of one rendition is made with. */
export type LaneStart = {
  readonly rendition: Rendition
  readonly period: Period
  readonly origin: Milliseconds
  /** 0 for one part a segment. */
  readonly longestPart: Milliseconds
  readonly first: Boundary
}

/** One rendition as the tracks of a period make it. */
export type PlannedRendition = RenditionFacts & {
  readonly head: RenditionHead
  /** True for the tracks that go into it, in all generations that its head does for. */
  readonly carries: (track: Track) => boolean
  readonly createLane: (start: LaneStart) => Lane
}

/** As metrics have it. */
export const formNames = ['cmaf', 'muxed', 'ts'] as const
export type FormName = (typeof formNames)[number]

/** A form that a stream is packaged in: which renditions its tracks make. Tracks that it cannot carry are left out. */
export type StreamForm = {
  readonly name: FormName
  /** For people. */
  readonly label: string
  readonly plan: (tracks: readonly Track[], frames: readonly PlacedFrame[]) => readonly PlannedRendition[]
}

/** Each track by itself in fragmented MP4, for HLS and DASH alike. */
export const cmafForm: StreamForm = {
  name: 'cmaf',
  label: 'fragmented MP4',
  plan: (tracks, frames) => {
    const planned = tracks.flatMap(track => describeWith(track, frames) ?? []).map(cmafRendition)
    const leader = leaderOf(planned)
    return planned.map(rendition => (rendition === leader ? withEvents(rendition) : rendition))
  },
}

const kinds: readonly TrackKind[] = ['video', 'audio']

/** The first picture and the first sound together in fragmented MP4, for HLS players that want both in one. */
export const muxedForm: StreamForm = {
  name: 'muxed',
  label: 'fragmented MP4',
  plan: (tracks, frames) => {
    const firsts = kinds.map(kind => tracks.find(track => track.kind === kind && track.index === 0))
    const played = firsts.flatMap(track => (track && describeWith(track, frames)) ?? [])
    const [leader, ...others] = played
    if (leader === undefined) return []
    const head = {
      tracks: played.map(({ track }) => track),
      init: encodeInitSegment(played.map(({ described }) => described)),
    }
    const rendition: PlannedRendition = {
      ...{ name: 'muxed', kind: undefined, head },
      carries: track => played.some(one => isToldBy(track, one)),
      createLane: start =>
        new CmafLane({ ...start, leader: leader.described, others: others.map(({ described }) => described) }),
    }
    return [withEvents(rendition)]
  },
}

/** The form that brings a rendition. */
export function formOf(rendition: string): StreamForm {
  if (rendition === 'ts') return tsForm
  return rendition === 'muxed' ? muxedForm : cmafForm
}

/** The first picture, else the first sound: its frames say where segments begin. */
export function leaderOf<Planned extends RenditionFacts>(planned: readonly Planned[]): Planned | undefined {
  return planned.find(({ kind }) => kind !== 'audio') ?? planned[0]
}

/** What is told to whoever plays stands among the pictures, else among the first sound. */
function withEvents(rendition: PlannedRendition): PlannedRendition {
  return { ...rendition, carries: track => rendition.carries(track) || eventSchemeOf(track) !== undefined }
}

/** Everything in one transport stream, for HLS on devices that know nothing else. */
export const tsForm: StreamForm = {
  name: 'ts',
  label: 'MPEG-TS',
  plan: tracks => {
    const carried = tracks.filter(track => track.kind !== 'data' && tsCarries(track))
    if (carried.length === 0) return []
    const carries = (track: Track): boolean =>
      track.kind === 'data' ? tsCarries(track) : carried.some(other => isSameTrack(track, other))
    const head = { tracks: carried, init: undefined }
    return [{ name: 'ts', kind: undefined, head, carries, createLane: start => new TsLane(start) }]
  },
}

/** A track that can be told, and how. */
type DescribedTrack = { readonly track: Track; readonly described: Mp4Track }

function cmafRendition({ track, described }: DescribedTrack): PlannedRendition {
  const name = track.index === 0 ? track.kind : `${track.kind}-${track.index + 1}`
  return {
    name,
    kind: track.kind,
    head: { tracks: [track], init: encodeCmafHeader(described) },
    carries: other => isToldBy(other, { track, described }),
    createLane: start => new CmafLane({ ...start, leader: described, others: [] }),
  }
}

function isToldBy(other: Track, { track, described }: DescribedTrack): boolean {
  return other === track || (other.id === track.id && sharesHead(other, described))
}

function sharesHead(track: Track, described: Mp4Track): boolean {
  const other = describe(track)
  return other !== undefined && shareInitSegment([other], [described])
}

/** True if a decoder takes the frames of both without being told. */
function isSameTrack(track: Track, other: Track): boolean {
  if (track === other) return true
  const configs = [track.config ?? nothing, other.config ?? nothing] as const
  return track.id === other.id && track.codec === other.codec && Buffer.compare(...configs) === 0
}

const nothing = new Uint8Array(0)

/** A track that cannot be told is left out. @param frames Among which may be one that tells it. */
function describeWith(track: Track, frames: readonly PlacedFrame[]): DescribedTrack | undefined {
  const first = frames.find(({ frame }) => frame.track === track && frame.isKey)?.frame
  const described = describe(track, first)
  if (described === undefined) return undefined
  const compositionDelay = first === undefined ? 0 : compositionDelayOf(first, described.timescale)
  return { track, described: { ...described, compositionDelay } }
}

function describe(track: Track, frame?: Frame): Mp4Track | undefined {
  return unlessMalformed(() => mp4Track(track, frame))
}

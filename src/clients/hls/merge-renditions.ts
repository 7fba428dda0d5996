import type { Track } from '../../media/track.ts'
import type { HlsFrame } from './hls-frame.ts'

/** A frame of one rendition. */
export type RenditionFrame = HlsFrame & {
  /** Renditions that belong together have the same at the same moment. */
  readonly run: number
}

/** A rendition while it is read. */
type Lane = {
  readonly number: number
  readonly frames: AsyncIterator<RenditionFrame>
  next: RenditionFrame
  /** As it tells them, and as they are told on. */
  told: readonly Track[]
  tracks: readonly Track[]
  readonly byTold: Map<Track, Track>
}

/** Ids that the tracks of one rendition may have. */
const idsPerRendition = 64

/**
 * The frames of several renditions in the order of their decode times, as tracks of one stream: those of the first one
 * keep their ids. Their sound is numbered behind that of the ones before.
 */
export async function* mergeRenditions(
  renditions: readonly AsyncIterable<RenditionFrame>[],
  firstHasSound: boolean,
): AsyncGenerator<HlsFrame> {
  const iterators = renditions.map(rendition => rendition[Symbol.asyncIterator]())
  try {
    const lanes = (await Promise.all(iterators.map(openLane))).filter(lane => lane !== undefined)
    for (const lane of lanes) retell(lane, firstHasSound)
    let tracks = lanes.flatMap(lane => lane.tracks)
    for (let lane = earliest(lanes); lane !== undefined; lane = earliest(lanes)) {
      const { frame } = lane.next
      if (retell(lane, firstHasSound)) tracks = lanes.flatMap(other => other.tracks)
      yield { frame: { ...frame, track: lane.byTold.get(frame.track) ?? frame.track }, tracks }
      const next = await lane.frames.next()
      if (next.done === true) lanes.splice(lanes.indexOf(lane), 1)
      else lane.next = next.value
    }
  } finally {
    await Promise.all(iterators.map(async frames => frames.return?.()))
  }
}

async function openLane(frames: AsyncIterator<RenditionFrame>, number: number): Promise<Lane | undefined> {
  const first = await frames.next()
  if (first.done === true) return undefined
  return { number, frames, next: first.value, told: [], tracks: [], byTold: new Map() }
}

/** True if the tracks of a rendition have changed. */
function retell(lane: Lane, firstHasSound: boolean): boolean {
  const { told, number, byTold } = lane
  const { tracks } = lane.next
  if (tracks === told) return false
  lane.told = tracks
  byTold.clear()
  const soundsBefore = number === 0 ? 0 : number - 1 + Number(firstHasSound)
  for (const track of tracks) {
    const index = track.kind === 'audio' ? track.index + soundsBefore : track.index
    byTold.set(track, number === 0 ? track : { ...track, id: track.id + number * idsPerRendition, index })
  }
  lane.tracks = [...byTold.values()]
  return true
}

function earliest(lanes: readonly Lane[]): Lane | undefined {
  let first: Lane | undefined
  for (const lane of lanes) if (first === undefined || isEarlier(lane.next, first.next)) first = lane
  return first
}

function isEarlier(a: RenditionFrame, b: RenditionFrame): boolean {
  return a.run === b.run ? secondsOf(a) < secondsOf(b) : a.run < b.run
}

/** For comparison only. */
function secondsOf({ frame: { dts, track } }: RenditionFrame): number {
  return dts / track.timescale
}

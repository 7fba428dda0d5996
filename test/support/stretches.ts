import assert from 'node:assert/strict'
import { type FrameList, hashes, inMilliseconds, type ListedFrame } from './frame-list.ts'

/** Frames of one source after one another. */
export type Stretch = { readonly source: number; readonly frames: number }

type Kind = 'video' | 'audio'

/** In milliseconds. FFmpeg leaves up to 182 where it begins a part of a clip anew. */
const longestStep = 200
/** From one source to another that was received all the time, unless FFmpeg begins that anew just then. */
const longestToHot = 100
/** So many frames of sound are in one PES packet at most, which tells the time of the first. */
const framesOfPacket = 9
/** To one that was not: FFmpeg sends sound late, and what it has not sent is lost when it is killed. */
const longestToCold = { video: 200, audio: 400 } as const

/**
 * Which sources the frames of a track come from, one after another; each frame must be one of theirs, its times grow, and
 * no step is longer than it may be.
 *
 * @param cold Those of the sources that are not received all the time.
 */
export function stretchesOf(
  kind: Kind,
  list: FrameList,
  sources: readonly FrameList[],
  cold: readonly number[] = [],
): readonly Stretch[] {
  const known = sources.map(source => hashes(framesOf(kind, source)))
  const stretches: { source: number; frames: number }[] = []
  let before: number | undefined
  for (const { hash, dts } of framesOf(kind, list)) {
    const source = known.findIndex(of => of.includes(hash))
    assert.notEqual(source, -1, `a frame of ${kind} that nobody sent`)
    const last = stretches.at(-1)
    const isSwitch = last !== undefined && last.source !== source
    const isBegun = (known[source]?.indexOf(hash) ?? 0) >= framesOfPacket
    const toHot = isBegun || kind === 'video' ? longestToHot : longestStep
    const toOther = cold.includes(source) ? longestToCold[kind] : toHot
    const step = dts - (before ?? dts)
    const isFine = step >= 0 && step <= (isSwitch ? toOther : longestStep)
    assert.ok(isFine, `${kind} has a step of ${step} ms from source ${last?.source} to ${source}`)
    before = dts
    if (last?.source === source) last.frames++
    else stretches.push({ source, frames: 1 })
  }
  return stretches
}

/** Of each source, sound and picture are as far apart as they were there, as near as RTMP tells times. */
export function assertTogether(list: FrameList, sources: readonly FrameList[]): void {
  for (const [at, source] of sources.entries()) {
    const [pictures, sounds] = [delays('video', list, source), delays('audio', list, source)]
    const isTogether = pictures.some(picture => sounds.some(sound => Math.abs(picture - sound) <= 2))
    assert.ok(isTogether, `source ${at}: pictures came ${pictures.join()} ms later, sound ${sounds.join()} ms`)
  }
}

/** How much later than in the source the frames of a track came: one time for each time that FFmpeg began it anew. */
function delays(kind: Kind, list: FrameList, source: FrameList): readonly number[] {
  const sentAt = new Map(framesOf(kind, source).map(({ hash, dts }) => [hash, dts]))
  const came = framesOf(kind, list).map(({ hash, dts }) => dts - (sentAt.get(hash) ?? Number.NaN))
  return [...new Set(came.filter(delay => !Number.isNaN(delay)))]
}

function framesOf(kind: Kind, list: FrameList): readonly ListedFrame[] {
  return inMilliseconds(list)[kind]?.frames ?? assert.fail(`no ${kind}`)
}

import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import { formatMediaPlaylist } from '../formats/m3u8/format-media-playlist.ts'
import { formatMpd } from '../formats/mpd/format-mpd.ts'
import { FrameLog } from '../hub/frame-log.ts'
import type { Track } from '../media/track.ts'
import { mpdOf } from './dash/mpd-of.ts'
import { mediaPlaylistOf } from './hls/media-playlist-of.ts'
import { Segmenter } from './segmenter.ts'
import { cmafForm, muxedForm, tsForm } from './stream-form.ts'

const wall = 1_795_219_200_000
const settings = { segmentDuration: 1000, partDuration: 200, segmentWindow: 5000, segmentMemory: 1e5, longestLag: 5000 }
const limits = { gopBytes: 1e6, gopTime: 30_000, gopFrames: 1000, lagBytes: 1e6, lagTime: 1000 }

const data: Track = {
  ...{ id: 3, kind: 'data', index: 0, codec: 'id3', codecLabel: 'ID3', generation: 0 },
  ...{ timescale: 90_000, config: undefined },
}
const tracks: readonly Track[] = [videoTrack, audioTrack, { ...audioTrack, id: 2, index: 1 }, data]

const pause = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 ** 33 }) },
)
const step = fc.record({
  track: fc.constantFrom(...tracks.keys(), 0, 1),
  pause,
  /** From decode to presentation of a picture. */
  offset: fc.integer({ min: -500, max: 500 }),
  isKey: fc.boolean(),
  /** 0: another picture size comes with it. 1: it is lost. 2: its publisher leaves behind it. */
  event: fc.nat(100),
})
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** What a segmenter makes of frames, as players are told it. */
function* told(segmenter: Segmenter, now: number): Generator<string> {
  const { renditions: siblings } = segmenter
  const shape = { isLowLatency: true, siblings, dateRanges: segmenter.dateRanges, isDelta: false, suffix: '' }
  for (const rendition of siblings) yield formatMediaPlaylist(mediaPlaylistOf(rendition, shape))
  const facts = { now, segmentDuration: 1000, segmentWindow: 5000, isLowLatency: true, prefix: '', suffix: '' }
  yield formatMpd(mpdOf(siblings, { ...facts, timeUrl: '/time' }))
}

function play(segmenter: Segmenter, steps: readonly Step[]): void {
  const log = new FrameLog(limits)
  const current = [...tracks]
  let [clock, sequence] = [0, 0]
  for (const { track: at, pause: by, offset, isKey, event } of steps) {
    clock += by
    const known = current[at] ?? videoTrack
    const width = 1280 + sequence
    const track = event === 0 && known.kind === 'video' ? { ...known, video: { width, height: 720 } } : known
    current[at] = track
    const dts = Math.round((clock * track.timescale) / 1000)
    const pts = track.kind === 'video' ? dts + offset : dts
    const frame = { track, dts, pts, isKey: isKey || track.kind !== 'video', payload: Uint8Array.of(1, 2, 3) }
    const { time, isJoinPoint, tracks: others } = log.append(frame)
    if (event !== 1) segmenter.push({ frame, time, isJoinPoint, tracks: others, sequence }, wall + clock)
    if (event === 2) segmenter.leave(wall + clock)
    sequence++
  }
  segmenter.end(wall + clock)
}

for (const form of [cmafForm, muxedForm, tsForm]) {
  test(`segmenter: whatever frames come, lists in ${form.name} have no holes, and times that go on`, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 150 }), steps => {
        const segmenter = new Segmenter(form, settings)
        play(segmenter, steps)
        for (const text of told(segmenter, wall)) assert.doesNotMatch(text, /NaN|Infinity|DURATION=-|EXTINF:-| d="-/)
        for (const { kept } of segmenter.renditions) {
          kept.forEach(({ number }, i) => assert.equal(number, (kept[0]?.number ?? 0) + i))
        }
      }),
      { seed: 8216, numRuns: 150 },
    )
  })
}

test('segmenter: a late picture that is seen long before it is decoded makes no segment of negative length', () => {
  const segmenter = new Segmenter(cmafForm, settings)
  const shared = { isJoinPoint: true, tracks: [videoTrack, audioTrack] }
  segmenter.push({ ...shared, frame: audioFrame(0), time: 0, sequence: 0 }, wall)
  const frame = { ...videoFrame(1184, true), pts: 836 }
  segmenter.push({ ...shared, frame, time: 1184, sequence: 1 }, wall + 1184)
  segmenter.end(wall + 1184)
  const durations = segmenter.find('video')?.kept.map(({ duration, isGap }) => [isGap, duration / 90])
  assert.deepEqual(durations, [
    [true, 836],
    [false, 40],
  ])
})

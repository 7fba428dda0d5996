import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PlayedSegments, wall } from '../../test/support/played-segments.ts'
import { videoTrack } from '../../test/support/sample-frames.ts'
import type { Track } from '../media/track.ts'

const bigger: Track = {
  ...videoTrack,
  generation: 1,
  config: Uint8Array.of(1, 0x64, 0, 0x20, 0xff, 0xe1, 0, 0, 1, 0, 0),
}

/** Where each segment of a rendition begins and ends, in milliseconds since the first frame came. */
function spansOf({ segmenter }: PlayedSegments, rendition: string): number[][] {
  const segments = segmenter.find(rendition)?.segments ?? []
  return segments.map(({ time, duration, timescale }) =>
    [time, time + duration].map(ticks => Math.round((1000 * ticks) / timescale - wall)),
  )
}

test('segmenter: times are those of presentation', () => {
  const stream = new PlayedSegments()
  stream.lead = 80
  stream.play(0, 5000)
  stream.segmenter.end(wall + 5000)
  assert.deepEqual(spansOf(stream, 'video'), [
    [80, 2080],
    [2080, 4080],
    [4080, 5080],
  ])
  assert.deepEqual(
    spansOf(stream, 'audio').map(([start = 0]) => Math.floor(start / 100)),
    [0, 20, 40],
  )
})

test('segmenter: sound that is heard before the first picture of another period stays in its own', () => {
  const stream = new PlayedSegments()
  stream.lead = 80
  stream.play(0, 3000)
  stream.play(3000, 5000, 25, bigger)
  const [first, second] = new Set((stream.segmenter.find('audio')?.segments ?? []).map(({ period }) => period))
  // A frame of sound may last as long as it likes.
  const start = second?.start ?? assert.fail()
  assert.ok(start >= wall + 3080 && start <= wall + 3104, `${start - wall}`)
  const sound = stream.segmenter.find('audio')?.segments.filter(({ period }) => period === first) ?? []
  assert.equal(
    sound.reduce((sum, { frames }) => sum + frames, 0),
    3080 / 20,
  )
  const pictures = stream.segmenter.find('video')?.segments.filter(({ period }) => period === second) ?? []
  assert.equal(pictures[0]?.time, 90 * start)
})

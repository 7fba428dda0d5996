import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioTrack, videoTrack } from '../../../test/support/sample-frames.ts'
import type { FlvTag } from '../../formats/flv/flv-file-reader.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import type { FileFrame } from './media-file.ts'
import { frameTimes, type MediaTimes, tagTimes } from './media-times.ts'
import { repeat } from './repeat.ts'

const video: Track = { ...videoTrack, timescale: 12_800 }
const audio: Track = { ...audioTrack, timescale: 44_100 }
const frame = (track: Track, dts: number, pts = dts): FileFrame => ({
  frame: { track, dts, pts, isKey: true, payload: Uint8Array.of(1) },
  tracks: [video, audio],
})

/** What comes in so many rounds, or until there are no more. */
async function rounds<Item>(items: readonly Item[], times: MediaTimes<Item>, count: number): Promise<readonly Item[]> {
  const repeated: Item[] = []
  async function* read(): AsyncGenerator<Item> {
    yield* items
  }
  for await (const item of repeat(read, times)) {
    repeated.push(item)
    if (repeated.length === items.length * count) break
  }
  return repeated
}

const timesOf = (items: readonly FileFrame[], kind: Frame['track']['kind']): readonly number[] =>
  items.filter(item => item.frame.track.kind === kind).map(item => item.frame.dts)

test('repeat: a round begins where the longest track of the one before has ended, and tracks keep their distance', async () => {
  const pictures = Array.from({ length: 50 }, (_, i) => frame(video, i * 512 - 1024, i * 512))
  const sounds = Array.from({ length: 87 }, (_, i) => frame(audio, i * 1024))
  const items = await rounds([...pictures, ...sounds], frameTimes, 3)
  assert.deepEqual([timesOf(items, 'video').length, timesOf(items, 'audio').length], [150, 261])
  // 80 ms of pictures before the first sound, and 87 sounds of 1024/44100 s.
  const round = 0.08 + (87 * 1024) / 44_100
  for (const [kind, timescale, step] of [
    ['video', 12_800, 512],
    ['audio', 44_100, 1024],
  ] as const) {
    const times = timesOf(items, kind)
    const perRound = times.length / 3
    for (const [i, time] of times.entries()) {
      const expected = (times[i % perRound] ?? 0) + Math.floor(i / perRound) * round * timescale
      assert.ok(Math.abs(time - expected) <= 1, `${kind} ${i}: ${time} is ${expected}`)
    }
    const steps = times.slice(1).map((time, i) => time - (times[i] ?? 0))
    assert.ok(steps.every(one => one >= step && one / timescale < 0.21))
  }
})

test('repeat: many rounds do not drift', async () => {
  const sounds = Array.from({ length: 2 }, (_, i) => frame(audio, i * 1024))
  const times = timesOf(await rounds(sounds, frameTimes, 1000), 'audio')
  assert.ok(Math.abs((times.at(-1) ?? 0) - 1999 * 1024) <= 1000 * 0.05, `${times.at(-1)}`)
})

test('repeat: tags of an FLV file, whose script data has no time', async () => {
  const tag = (type: FlvTag['type'], timestamp: number): FlvTag => ({ type, timestamp, body: new Uint8Array(1) })
  const tags = [tag(18, 0), tag(9, 1000), tag(8, 1010), tag(9, 1040), tag(9, 1080)]
  const times = (await rounds(tags, tagTimes, 3)).map(({ type, timestamp }) => [type, timestamp])
  assert.deepEqual(times.slice(5), [
    ...[
      [18, 120],
      [9, 1120],
      [8, 1130],
      [9, 1160],
      [9, 1200],
    ],
    ...[
      [18, 240],
      [9, 1240],
      [8, 1250],
      [9, 1280],
      [9, 1320],
    ],
  ])
})

test('repeat: one picture is repeated at 25 per second, and nothing is read once', async () => {
  assert.deepEqual(timesOf(await rounds([frame(video, 0)], frameTimes, 3), 'video'), [0, 512, 1024])
  assert.deepEqual(await rounds([], frameTimes, 3), [])
})

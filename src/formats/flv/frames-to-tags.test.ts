import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import type { Frame } from '../../media/frame.ts'
import type { FlvTag } from './flv-file-reader.ts'
import { basicProfile, type FlvProfile } from './flv-profile.ts'
import { FramesToTags } from './frames-to-tags.ts'

function tagsOf(frames: readonly Frame[], profile: FlvProfile = basicProfile): readonly FlvTag[] {
  const converter = new FramesToTags(profile)
  return [...frames.flatMap(frame => converter.push(frame)), ...converter.flush()]
}

const listed = (tags: readonly FlvTag[]): readonly string[] =>
  tags.map(({ type, timestamp, body }) => `${type} ${timestamp} ${Buffer.from(body).toString('hex').slice(0, 12)}`)

/** Heads of bodies as FLV 10.1 §E.4.2.1 and §E.4.3.1 have them: key frame 17, inter frame 27, AAC af; 00 a header. */
test('frames to tags: a configuration goes before the first frame that needs it, and before the first of the next', () => {
  const changed = { ...videoTrack, generation: 1, config: Uint8Array.of(1, 2, 3) }
  const frames = [videoFrame(0, true), audioFrame(5), videoFrame(40, false), videoFrame(80, true, 2, 7, changed)]
  assert.deepEqual(listed(tagsOf(frames)), [
    ...['9 0 170000000001', '9 0 170100000000', '8 5 af001210', '8 5 af0105050505', '9 40 270100000028'],
    ...['9 80 170000000001', '9 80 170100000007'],
  ])
})

test('frames to tags: what is decoded before 0 moves all frames by as much', () => {
  const early = { ...videoFrame(-80, true), pts: 0 }
  const frames = [{ ...audioFrame(-7) }, early, { ...videoFrame(-40, false), pts: 120 }]
  const tags = tagsOf(frames).filter(({ body }) => body[1] === 1)
  assert.deepEqual(
    tags.map(({ type, timestamp, body }) => [type, timestamp, type === 9 ? Buffer.from(body).readIntBE(2, 3) : 0]),
    [
      [8, 73, 0],
      [9, 0, 80],
      [9, 40, 160],
    ],
  )
})

test('frames to tags: the first frames wait for each other, the rest do not', () => {
  const converter = new FramesToTags(basicProfile)
  const counts = Array.from({ length: 70 }, (_, i) => converter.push(audioFrame(20 * i)).length)
  assert.deepEqual(counts.slice(62, 66), [0, 65, 1, 1])
  assert.deepEqual(converter.flush(), [])
})

test('frames to tags: what the readers cannot parse is left out', () => {
  const opus = { ...audioTrack, codec: 'opus', config: undefined } as const
  assert.deepEqual(tagsOf([audioFrame(0, 4, 1, opus)]), [])
})

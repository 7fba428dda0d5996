import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PlayedSegments } from '../../../test/support/played-segments.ts'
import type { ListedRendition } from '../listed-rendition.ts'
import { multivariantOf } from './multivariant-of.ts'

function largestRate({ segments }: ListedRendition): number {
  return Math.max(...segments.filter(({ isComplete }) => isComplete).map(({ size, seconds }) => (8 * size) / seconds))
}

test('multivariant playlist of a stream: its variant needs the rate, and the codecs, of picture and sound together', () => {
  const stream = new PlayedSegments()
  stream.play(0, 4000)
  stream.play(4000, 8040, 50)
  const [video, audio] = ['video', 'audio'].map(name => stream.segmenter.find(name) ?? assert.fail(name))
  const { variants } = multivariantOf(stream.segmenter.renditions, { prefix: '', suffix: '' })
  assert.equal(variants.length, 1)
  const [{ bandwidth, averageBandwidth, codecs, resolution, audio: group } = assert.fail()] = variants
  const needed = largestRate(video ?? assert.fail()) + largestRate(audio ?? assert.fail())
  assert.ok(bandwidth >= needed && bandwidth <= needed + 2, `${bandwidth} for ${needed}`)
  assert.ok(averageBandwidth <= bandwidth && averageBandwidth > 0.9 * needed, `${averageBandwidth} for ${needed}`)
  assert.deepEqual(codecs, ['avc1.64001f', 'mp4a.40.2'])
  assert.deepEqual(resolution, { width: 1280, height: 720 })
  assert.equal(group, 'audio')
})

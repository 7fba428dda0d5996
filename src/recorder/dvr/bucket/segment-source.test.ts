import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { ArchivedSegment } from '../../../contracts/segments.ts'
import { SegmentMissing, SegmentSource } from './segment-source.ts'

const facts = {
  rendition: 'video',
  period: 0,
  position: 0,
  discontinuity: 0,
  timescale: 1,
  time: 0,
  duration: 1,
  frames: 1,
  isIndependent: true,
}
const segments: readonly ArchivedSegment[] = [3, 1, 4].map((size, number) => ({ ...facts, number, size }))
const texts = ['abc', 'd', 'efgh']

test('segment source: any part of it is that part of all', async () => {
  const source = new SegmentSource(Buffer.from('12'), segments, async ({ number }) => Buffer.from(texts[number] ?? ''))
  const all = '12abcdefgh'
  assert.equal(source.size, all.length)
  for (let start = 0; start <= all.length; start++) {
    for (let end = start; end <= all.length; end++) {
      assert.equal(Buffer.from(await source.read(start, end)).toString(), all.slice(start, end))
    }
  }
})

test('segment source: a file that is gone or has changed is no segment', async () => {
  for (const bytes of [undefined, Buffer.from('ab')]) {
    const source = new SegmentSource(new Uint8Array(0), segments, async () => bytes)
    await assert.rejects(source.read(0, 3), SegmentMissing)
  }
})

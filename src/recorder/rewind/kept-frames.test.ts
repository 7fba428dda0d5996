import assert from 'node:assert/strict'
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { DvrFixture, segmentMs } from '../../../test/support/dvr-fixture.ts'
import type { StreamArchive } from '../../contracts/segments.ts'
import { KeptFrames, type KeptGroup } from './kept-frames.ts'

/** Where the clocks of tests begin. */
const start = Date.UTC(2026, 0, 1)

let dir: string
let fixture: DvrFixture
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-rewind-'))
  fixture = new DvrFixture({ dir })
  await fixture.dvr.open()
})
afterEach(async () => {
  await fixture.dvr.close()
  await rm(dir, { recursive: true })
})

/** So many segments of a stream that is over. */
async function keep(count: number): Promise<StreamArchive> {
  const run = fixture.begin()
  run.play(count)
  run.end()
  const archive = fixture.dvr.find('live/test') ?? assert.fail('nothing is kept')
  await fixture.dvr.close()
  return archive
}

async function groupsFrom(archive: StreamArchive, at: number): Promise<readonly KeptGroup[]> {
  const kept = new KeptFrames(archive, at)
  const groups: KeptGroup[] = []
  for (let group = await kept.next(); group !== undefined; group = await kept.next()) groups.push(group)
  return groups
}

const begins = (groups: readonly KeptGroup[]): readonly (readonly [number, boolean])[] =>
  groups.map(({ begin, follows }) => [begin - start, follows])

test('kept frames: begin with the key frame before a time, and come in the order of time', async () => {
  const archive = await keep(3)
  const groups = await groupsFrom(archive, start + segmentMs + 500)
  assert.deepEqual(begins(groups), [
    [segmentMs, false],
    [2 * segmentMs, true],
  ])
  const [first] = groups
  const times = first?.frames.map(({ dts, track }) => (1000 * dts) / track.timescale) ?? []
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  )
  assert.deepEqual([first?.frames[0]?.isKey, first?.frames[0]?.track.codec], [true, 'h264'])
  assert.equal(first?.frames.filter(({ track }) => track.kind === 'audio').length, 20)
  assert.ok(first?.frames.every(({ payload }) => payload.length === 1000 || payload.length === 4))
})

test('kept frames: begin with the oldest before there is anything, and with the newest behind all', async () => {
  const archive = await keep(3)
  assert.deepEqual(begins(await groupsFrom(archive, 0)).length, 3)
  assert.deepEqual(begins(await groupsFrom(archive, start + 60_000)), [[2 * segmentMs, false]])
})

test('kept frames: what was lost, removed or damaged is a gap', async () => {
  const run = fixture.begin()
  run.play(1)
  run.skip()
  run.play(4)
  run.end()
  await fixture.dvr.close()
  const folder = join(dir, 'live/test/@dvr/2026-01-01T00')
  await unlink(join(folder, `video-${start / 1000 + 3}.m4s`))
  await writeFile(join(folder, `video-${start / 1000 + 4}.m4s`), Buffer.alloc(3000, 0xff))
  const archive = fixture.dvr.find('live/test') ?? assert.fail('nothing is kept')
  assert.deepEqual(begins(await groupsFrom(archive, start)), [
    [0, false],
    [2 * segmentMs, false],
    [5 * segmentMs, false],
  ])
})

test('kept frames: the newest segment is not read before all of its tracks are there', async () => {
  const run = fixture.begin()
  run.play(2)
  await fixture.dvr.close()
  const archive = fixture.dvr.find('live/test') ?? assert.fail('nothing is kept')
  const kept = new KeptFrames(archive, start)
  assert.equal((await kept.next())?.begin, start)
  assert.equal((await kept.next())?.begin, start + segmentMs)
  assert.equal(await kept.next(), undefined)
  run.play(1)
  await fixture.dvr.close()
  assert.deepEqual((await kept.next())?.follows, true)
  assert.equal(kept.end, start + 3 * segmentMs)
})

test('kept frames: a publisher who came back goes on in the same tracks', async () => {
  const before = fixture.begin()
  before.play(1)
  before.end()
  fixture.clock.advance(60_000)
  const after = fixture.begin()
  after.play(1)
  after.end()
  await fixture.dvr.close()
  const archive = fixture.dvr.find('live/test') ?? assert.fail('nothing is kept')
  const groups = await groupsFrom(archive, start)
  assert.deepEqual(begins(groups), [
    [0, false],
    [segmentMs + 60_000, false],
  ])
  assert.equal(groups[0]?.frames[0]?.track, groups[1]?.frames[0]?.track)
})

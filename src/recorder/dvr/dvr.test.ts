import assert from 'node:assert/strict'
import { access, appendFile, mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { DvrFixture, type DvrFixtureOptions, segmentMs } from '../../../test/support/dvr-fixture.ts'
import type { FakeClock } from '../../../test/support/fake-clock.ts'
import type { ArchivedSegment, StreamArchive } from '../../contracts/segments.ts'
import { type DvrDisk, machineDvrDisk } from './dvr-disk.ts'

/** Where the clocks of tests begin. */
const start = Date.UTC(2026, 0, 1)
const everything = { from: 0, to: Number.POSITIVE_INFINITY }

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-dvr-'))
})
afterEach(() => rm(dir, { recursive: true }))

async function open(options: Omit<DvrFixtureOptions, 'dir'> = {}): Promise<DvrFixture> {
  const fixture = new DvrFixture({ dir, ...options })
  await fixture.dvr.open()
  return fixture
}

function archive({ dvr }: DvrFixture): StreamArchive {
  return dvr.find('live/test') ?? assert.fail('nothing is kept')
}

/** Numbers of the pictures, from the first number of the clock on. */
async function numbers(fixture: DvrFixture): Promise<number[]> {
  const segments = await archive(fixture).segments(everything)
  return segments.filter(({ rendition }) => rendition === 'video').map(({ number }) => number - start / 1000)
}

async function videos(fixture: DvrFixture): Promise<readonly ArchivedSegment[]> {
  return (await archive(fixture).segments(everything)).filter(({ rendition }) => rendition === 'video')
}

const hour = (): string => join(dir, 'live/test/@dvr/2026-01-01T00')

/** A run of so many segments, of a server that is then killed. */
async function killedAfter(count: number): Promise<FakeClock> {
  const fixture = await open()
  fixture.begin().play(count)
  await fixture.dvr.close()
  return fixture.clock
}

test('dvr: keeps each segment as it was made, and says when it plays', async () => {
  const fixture = await open()
  fixture.begin().play(3)
  await fixture.dvr.close()
  assert.deepEqual(await numbers(fixture), [0, 1, 2])
  assert.deepEqual(archive(fixture).span, { from: start, to: start + 3 * segmentMs })
  for (const { rendition, number, size, period } of await archive(fixture).segments(everything)) {
    const bytes = await archive(fixture).read(rendition, { number })
    assert.equal(bytes?.length, size)
    assert.ok((await readFile(join(hour(), `${rendition}-${number}.m4s`))).equals(bytes))
    assert.equal((await archive(fixture).readInit(rendition, period))?.subarray(4, 8).toString(), 'ftyp')
  }
  assert.equal(fixture.dvr.totals.segments, 6)
})

test('dvr: a segment is found by its number and by its time; one that is not there is not', async () => {
  const fixture = await open()
  fixture.begin().play(2)
  await fixture.dvr.close()
  const [, second] = await videos(fixture)
  const { number = 0, time = 0 } = second ?? {}
  const bytes = await archive(fixture).read('video', { number })
  assert.ok(bytes && (await archive(fixture).read('video', { time }))?.every((byte, at) => byte === bytes[at]))
  for (const address of [{ number: number + 1 }, { number: 5 }, { time: time + 1 }]) {
    assert.equal(await archive(fixture).read('video', address), undefined)
  }
  assert.equal(await archive(fixture).read('audio-2', { number }), undefined)
  assert.equal(await archive(fixture).readInit('video', 5), undefined)
})

/** Segments of two seconds: 0–2, 2–4, 4–6, 6–8, 8–10. */
const windows: readonly (readonly [from: number, to: number, expected: readonly number[]])[] = [
  [0, 10, [0, 1, 2, 3, 4]],
  [0, 2, [0]],
  [2, 4, [1]],
  [1.999, 2, [0]],
  [1.999, 2.001, [0, 1]],
  [3, 3.5, [1]],
  [3.5, 6.5, [1, 2, 3]],
  [9.999, 60, [4]],
  [10, 60, []],
  [-60, 0, []],
  [-60, 0.001, [0]],
  [-60, 60, [0, 1, 2, 3, 4]],
]
for (const [from, to, expected] of windows) {
  test(`dvr: from ${from} s to ${to} s are the segments ${expected.join(', ') || 'none'}, with their sound`, async () => {
    const fixture = await open()
    fixture.begin().play(5)
    await fixture.dvr.close()
    const segments = await archive(fixture).segments({ from: start + 1000 * from, to: start + 1000 * to })
    for (const name of ['video', 'audio']) {
      const found = segments.filter(({ rendition }) => rendition === name).map(({ number }) => number - start / 1000)
      assert.deepEqual(found, expected)
    }
  })
}

test('dvr: after a restart numbers go on behind, places do not jump, and the time in between is a gap', async () => {
  const clock = await killedAfter(2)
  clock.advance(60_000)
  const fixture = await open({ clock })
  fixture.begin().play(2)
  await fixture.dvr.close()
  assert.deepEqual(await numbers(fixture), [0, 1, 64, 65])
  const places = (await videos(fixture)).map(({ position, discontinuity }) => [position, discontinuity])
  assert.deepEqual(places, [
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
  ])
  const detail = await fixture.dvr.read('live/test')
  assert.deepEqual(detail?.gaps, [{ from: start + 4000, to: start + 64_000 }])
  assert.equal(detail?.ranges.length, 2)
  assert.deepEqual(detail?.discontinuities, [start + 64_000])
})

test('dvr: no number is used again, wherever the clock on the wall is put', async () => {
  await killedAfter(5)
  const fixture = await open()
  fixture.begin().play(2)
  await fixture.dvr.close()
  assert.deepEqual(await numbers(fixture), [0, 1, 2, 3, 4, 5, 6])
})

const damages: readonly (readonly [what: string, damage: (index: string) => Promise<void>])[] = [
  ['is lost', index => unlink(index)],
  ['is empty', index => truncate(index)],
  ['ends in the middle of a record', index => truncate(index, 100)],
  ['is followed by rubbish', index => appendFile(index, 'rubbish')],
  ['is rubbish', index => writeFile(index, 'rubbish')],
]
for (const [what, damage] of damages) {
  test(`dvr: an index that ${what} is made again from the files`, async () => {
    const before = await open()
    before.begin().play(4)
    await before.dvr.close()
    const expected = await archive(before).segments(everything)
    await damage(join(hour(), 'index'))
    for (const fixture of [await open(), await open()]) {
      const found = await archive(fixture).segments(everything)
      assert.deepEqual(new Set(found), new Set(expected))
    }
  })
}

test('dvr: a crash between a segment and its record costs nothing, one before it the segment', async () => {
  await killedAfter(3)
  const index = await readFile(join(hour(), 'index'))
  await truncate(join(hour(), 'index'), (index.length / 6) * 5)
  await writeFile(join(hour(), 'video-1767225603.m4s.part'), 'the beginning')
  const fixture = await open()
  assert.deepEqual(await numbers(fixture), [0, 1, 2])
  assert.equal(archive(fixture).isGrowing, false)
  assert.ok((await readdir(hour())).every(name => !name.endsWith('.part')))
})

test('dvr: a segment whose file is gone or cut is left out', async () => {
  const clock = await killedAfter(4)
  const [first, second] = [1, 2].map(number => join(hour(), `video-${start / 1000 + number}.m4s`))
  await unlink(first ?? '')
  await truncate(second ?? '', 100)
  const fixture = await open({ clock })
  assert.deepEqual(await numbers(fixture), [0, 3])
})

test('dvr: what is too old is listed no more, and removed a minute later', async () => {
  const fixture = await open({ dvrMaxAge: 60_000 })
  fixture.begin().play(40)
  await fixture.dvr.close()
  const all = await numbers(fixture)
  assert.equal(all.length, 30)
  const first = (await videos(fixture))[0]?.number ?? 0
  assert.equal(archive(fixture).span?.from, start + 20_000)
  assert.notEqual(await archive(fixture).read('video', { number: first - 1 }), undefined)

  fixture.begin().play(60)
  await fixture.dvr.close()
  assert.equal(await archive(fixture).read('video', { number: start / 1000 }), undefined)
  await assert.rejects(access(join(hour(), `video-${start / 1000}.m4s`)), { code: 'ENOENT' })
  assert.equal((await numbers(fixture)).length, 30)
})

test('dvr: no more bytes than allowed, the oldest go first, and the newest stays', async () => {
  const fixture = await open({ dvrMaxSize: 20_000 })
  fixture.begin().play(20)
  await fixture.dvr.close()
  assert.ok(fixture.dvr.bytes <= 20_000, `${fixture.dvr.bytes} bytes`)
  assert.equal((await numbers(fixture)).at(-1), 19)
  fixture.settings.dvrMaxSize = 1
  fixture.begin().play(1)
  await fixture.dvr.close()
  assert.deepEqual(await numbers(fixture), [40])
})

test('dvr: numbers go on behind all that were used, however many of them were removed before a restart', async () => {
  const before = await open({ dvrMaxSize: 20_000 })
  before.begin().play(20)
  await before.dvr.close()
  assert.ok((await numbers(before)).length < 20)
  const after = await open({ dvrMaxSize: 20_000 })
  after.begin().play(2)
  await after.dvr.close()
  assert.deepEqual((await numbers(after)).slice(-3), [19, 20, 21])
})

test('dvr: what was removed does not come back, if a crash has left its file', async () => {
  const fixture = await open({ dvrMaxSize: 20_000, disk: { ...machineDvrDisk, rm: async () => undefined } })
  fixture.begin().play(20)
  await fixture.dvr.close()
  const kept = await numbers(fixture)
  assert.ok(kept.length < 20)
  assert.deepEqual(await numbers(await open()), kept)
})

test('dvr: of a stream that is over nothing stays for longer than it may', async () => {
  const fixture = await open({ dvrMaxAge: 60_000 })
  const run = fixture.begin()
  run.play(3)
  run.end()
  fixture.clock.advance(130_000)
  await until(() => fixture.dvr.find('live/test') === undefined)
  await assert.rejects(access(join(dir, 'live/test/@dvr')), { code: 'ENOENT' })
})

test('dvr: hours are folders, and each is removed as a whole', async () => {
  const fixture = await open({ dvrMaxAge: 3_600_000 })
  const run = fixture.begin()
  run.play(1)
  fixture.clock.advance(3_600_000)
  run.play(1)
  await fixture.dvr.close()
  assert.deepEqual(await readdir(join(dir, 'live/test/@dvr')), ['2026-01-01T00', '2026-01-01T01'])
  fixture.clock.advance(600_000)
  run.play(1)
  await fixture.dvr.close()
  assert.deepEqual(await readdir(join(dir, 'live/test/@dvr')), ['2026-01-01T01'])
})

test('dvr: a full disk costs the segments of its time, is told once, and what comes later is kept', async () => {
  let isFull = false
  const fixture = await open({ disk: fillable(() => isFull) })
  const run = fixture.begin()
  run.play(2)
  await fixture.dvr.close()
  isFull = true
  run.play(3)
  await fixture.dvr.close()
  assert.match(fixture.dvr.health.problem() ?? '', /live\/test: the disk is full/)
  isFull = false
  run.play(2)
  await fixture.dvr.close()
  assert.deepEqual(await numbers(fixture), [0, 1, 5, 6])
  assert.deepEqual(
    (await videos(fixture)).map(({ position }) => position),
    [0, 1, 5, 6],
  )
  assert.deepEqual(fixture.codes, ['DVR_STARTED', 'DVR_FAILED', 'DVR_BACK'])
  assert.equal(fixture.dvr.totals.lost, 6)
  assert.equal(fixture.dvr.health.problem(), undefined)
  assert.deepEqual(await numbers(await open()), [0, 1, 5, 6])
})

test('dvr: a disk that hangs holds a bounded number of bytes and delays nobody', async () => {
  const gate = Promise.withResolvers<void>()
  const held: DvrDisk['writeFile'] = (path, bytes) => gate.promise.then(() => machineDvrDisk.writeFile(path, bytes))
  const fixture = await open({ disk: { ...machineDvrDisk, writeFile: held } })
  const intake = fixture.dvr.begin('live/test') ?? assert.fail('not kept')
  const bytes = new Uint8Array(1024 * 1024)
  const facts = {
    rendition: 'video',
    period: 1,
    timescale: 1000,
    duration: 1000,
    frames: 25,
    size: bytes.length,
    isIndependent: true,
  }
  for (let number = 1; number <= 100; number++) intake.add({ ...facts, number, time: 1000 * number }, bytes, bytes)
  assert.equal(fixture.dvr.totals.lost, 100 - 64)
  gate.resolve()
  await fixture.dvr.close()
  assert.equal(fixture.dvr.totals.segments, 64)
})

test('dvr: is removed up to a time, or with all that there is, while it goes on', async () => {
  const fixture = await open()
  const run = fixture.begin()
  run.play(5)
  assert.equal(await fixture.dvr.remove('live/test', start + 5000), true)
  assert.deepEqual(await numbers(fixture), [2, 3, 4])
  assert.equal(await fixture.dvr.remove('live/test', undefined), true)
  run.play(1)
  await fixture.dvr.close()
  assert.deepEqual(await numbers(fixture), [5])
  assert.equal(await fixture.dvr.remove('live/other', undefined), false)
})

test('dvr: streams are found again whose names are within each other, and nothing else', async () => {
  const fixture = await open()
  for (const name of ['live', 'live/test', 'live/test/2026-01-01T00', 'a']) fixture.begin(name).play(1)
  await fixture.dvr.close()
  await writeFile(join(dir, 'notes.txt'), '')
  const again = await open()
  const names = again.dvr.list().map(({ stream }) => stream)
  assert.deepEqual(names, ['a', 'live', 'live/test', 'live/test/2026-01-01T00'])
})

/** Looks again after each turn of the event loop: for what the disk brings about. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(resolve => setImmediate(resolve))
}

/** As Linux does, it takes what fits, then fails. */
function fillable(isFull: () => boolean): DvrDisk {
  const fail = async (path: string, bytes: Uint8Array, write: DvrDisk['writeFile']): Promise<void> => {
    if (!isFull()) return write(path, bytes)
    await write(path, bytes.subarray(0, 10))
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  }
  return {
    ...machineDvrDisk,
    writeFile: (path, bytes) => fail(path, bytes, machineDvrDisk.writeFile),
    appendFile: (path, bytes) => fail(path, bytes, machineDvrDisk.appendFile),
  }
}

test('dvr: says how the times of the newest period count, while more is to come', async () => {
  const fixture = await open()
  const intake = fixture.dvr.begin('live/test') ?? assert.fail('not kept')
  assert.equal(archive(fixture).periodClock, undefined)
  intake.beginPeriod({ period: 7, origin: -start })
  assert.deepEqual(archive(fixture).periodClock, { period: 7, origin: -start })
  intake.end()
  intake.beginPeriod({ period: 8, origin: 0 })
  assert.equal(archive(fixture).periodClock, undefined)
})

test('dvr: a stream that cannot be read does not hide what is kept of others', async () => {
  const earlier = await open()
  for (const name of ['live/bad', 'live/test']) earlier.begin(name).play(2)
  await earlier.dvr.close()
  const readBroken: DvrDisk['readFile'] = async path => {
    if (path.includes('bad')) throw Object.assign(new Error('broken'), { code: 'EIO' })
    for (let i = 0; i < 100; i++) await new Promise(setImmediate)
    return machineDvrDisk.readFile(path)
  }
  const fixture = await open({ disk: { ...machineDvrDisk, readFile: readBroken }, clock: earlier.clock })
  assert.deepEqual(await numbers(fixture), [4, 5])
  assert.ok(fixture.codes.includes('DVR_UNREADABLE'))
  await fixture.dvr.close()
})

test('dvr: a stream that has ended grows until the last of it is written, also if it comes back meanwhile', async () => {
  let held = Promise.withResolvers<void>()
  const writeSlowly: DvrDisk['writeFile'] = (...args) => held.promise.then(() => machineDvrDisk.writeFile(...args))
  const fixture = await open({ disk: { ...machineDvrDisk, writeFile: writeSlowly } })
  const run = fixture.begin()
  run.play(1)
  run.end()
  assert.equal(archive(fixture).isGrowing, true)
  const { version } = archive(fixture)
  held.resolve()
  while (archive(fixture).isGrowing) await new Promise(setImmediate)
  assert.deepEqual(await numbers(fixture), [0])
  assert.ok(archive(fixture).version > version)
  held = Promise.withResolvers()
  const next = fixture.begin()
  next.play(1)
  next.end()
  fixture.begin()
  held.resolve()
  while ((await numbers(fixture)).length < 2) await new Promise(setImmediate)
  await new Promise(setImmediate)
  assert.equal(archive(fixture).isGrowing, true)
  await fixture.dvr.close()
})

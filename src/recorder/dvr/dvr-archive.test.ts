import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { DvrFixture, type DvrFixtureOptions } from '../../../test/support/dvr-fixture.ts'
import { MemoryStore } from '../../../test/support/memory-store.ts'
import type { ArchivedSegment, StreamArchive } from '../../contracts/segments.ts'

/** Where the clocks of tests begin. */
const start = Date.UTC(2026, 0, 1)
const everything = { from: 0, to: Number.POSITIVE_INFINITY }
const folder = 'sluice/live/test/@dvr/2026-01-01T00'

let dir: string
let store: MemoryStore
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-dvr-'))
  store = new MemoryStore()
})
const opened: DvrFixture[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ dvr }) => dvr.close()))
  await rm(dir, { recursive: true })
})

async function open(options: Omit<DvrFixtureOptions, 'dir'> = {}): Promise<DvrFixture> {
  const fixture = new DvrFixture({ dir, store, ...options })
  opened.push(fixture)
  await fixture.dvr.open()
  return fixture
}

function archive({ dvr }: DvrFixture): StreamArchive {
  return dvr.find('live/test') ?? assert.fail('nothing is kept')
}

async function segments(fixture: DvrFixture): Promise<readonly ArchivedSegment[]> {
  return archive(fixture).segments(everything)
}

/** Looks again after each turn of the event loop: for what the disk and the bucket bring about. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(resolve => setImmediate(resolve))
}

/** Resolves when what has come is written. */
async function written({ dvr, added }: DvrFixture): Promise<void> {
  await until(() => dvr.totals.segments + dvr.totals.lost === added)
}

/** And all of it is in the bucket but so many segments. */
async function settled(fixture: DvrFixture, pending = 0): Promise<void> {
  await written(fixture)
  await until(() => fixture.dvr.pending.segments <= pending)
}

const puts = (): string[] => store.requests.filter(request => request.startsWith('put'))
const filesHere = (): Promise<string[]> => readdir(join(dir, 'live/test/@dvr/2026-01-01T00'))
const videosHere = async (): Promise<number> => (await filesHere()).filter(name => /^video-\d+\.m4s/.test(name)).length

/** What is too old has left the disk. */
async function evicted(fixture: DvrFixture, left: number): Promise<void> {
  fixture.clock.advance(10_000)
  await until(async () => (await videosHere()) <= left)
}

/** The bytes of all segments, from wherever they are. */
async function bytesOf(fixture: DvrFixture): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  for (const { rendition, number, size } of await segments(fixture)) {
    const bytes = await archive(fixture).read(rendition, { number })
    assert.equal(bytes?.length, size)
    found.set(`${rendition}-${number}`, Buffer.from(bytes))
  }
  return found
}

test('dvr archive: each span is one object of each rendition, which is what the disk has, and the index follows', async () => {
  const fixture = await open()
  const run = fixture.begin()
  run.play(12)
  await settled(fixture, 2 * 2)
  run.end()
  await settled(fixture)
  await fixture.dvr.close()
  const numbers = [0, 5, 10].map(i => start / 1000 + i)
  const names = ['audio', 'video'].flatMap(rendition => numbers.map(number => `${rendition}-${number}.mp4`))
  assert.deepEqual([...store.objects.keys()].sort(), [...names, 'index'].map(name => `${folder}/${name}`).sort())
  const here = join(dir, 'live/test/@dvr/2026-01-01T00')
  for (const name of names) {
    const [, rendition = '', first = ''] = /(.*)-(\d+)\.mp4/.exec(name) ?? []
    const own = (await segments(fixture)).filter(segment => {
      return segment.rendition === rendition && segment.number >= Number(first) && segment.number < Number(first) + 5
    })
    const files = [
      `${rendition}-init-${start / 1000}-${start / 1000}`,
      ...own.map(({ number }) => `${rendition}-${number}`),
    ]
    const expected = await Promise.all(files.map(file => readFile(join(here, `${file}.m4s`))))
    assert.ok(Buffer.concat(expected).equals(store.objects.get(`${folder}/${name}`) ?? assert.fail(name)), name)
  }
  assert.ok((await readFile(join(here, 'index'))).equals(store.objects.get(`${folder}/index`) ?? assert.fail('index')))
  assert.equal(puts().filter(put => put.endsWith('.mp4')).length, names.length)
})

test('dvr archive: what has left the disk is read from the bucket, once for all who ask', async () => {
  const fixture = await open()
  fixture.begin().play(20)
  await settled(fixture, 2 * 5)
  const before = await bytesOf(fixture)
  fixture.settings.dvrMaxAge = 10_000
  fixture.clock.advance(60_000)
  await evicted(fixture, 5)
  assert.deepEqual(
    [...(await bytesOf(fixture))]
      .map(([name, bytes]) => bytes.equals(before.get(name) ?? Buffer.alloc(0)))
      .filter(isSame => !isSame),
    [],
  )
  store.requests.length = 0
  const [first] = await segments(fixture)
  const { rendition = '', number = 0, time = 0 } = first ?? {}
  const reads = [{ number }, { number }, { time }].map(address => archive(fixture).read(rendition, address))
  for (const bytes of await Promise.all(reads)) assert.equal(bytes?.length, first?.size)
  assert.deepEqual(store.requests, [])
  assert.equal(fixture.dvr.bucket?.report.totals.reads, 2 * 15)
})

test('dvr archive: players that ask for one segment at a time ask the bucket once', async () => {
  const fixture = await open({ dvrMaxAge: 1000 })
  fixture.begin().play(60)
  await settled(fixture, 2 * 5)
  await fixture.dvr.close()
  const again = await open({ clock: fixture.clock, dvrMaxAge: 1000, store: reopened() })
  await evicted(again, 40)
  const { rendition, number } = (await segments(again))[0] ?? assert.fail('nothing is kept')
  const all = await Promise.all(Array.from({ length: 20 }, () => archive(again).read(rendition, { number })))
  assert.equal(new Set(all).size, 1)
  assert.equal(again.dvr.bucket?.report.totals.reads, 1)
})

/** The same objects, for the next run of a server. */
function reopened(): MemoryStore {
  const next = new MemoryStore()
  for (const [key, bytes] of store.objects) next.objects.set(key, bytes)
  store = next
  return next
}

test('dvr archive: a bucket that is down for ten minutes costs nothing, is told once, and what waits is stored then', async () => {
  const fixture = await open({ dvrMaxAge: 60_000 })
  const run = fixture.begin()
  run.play(10)
  await settled(fixture, 2 * 5)
  store.problem = 'nobody listens there'
  for (let minute = 0; minute < 10; minute++) {
    run.play(30)
    await written(fixture)
  }
  assert.match(fixture.dvr.bucket?.health.problem() ?? '', /nobody listens there$/)
  assert.equal((await segments(fixture)).length, 2 * 310)
  assert.ok((await videosHere()) >= 300, `${await videosHere()} files`)
  store.problem = undefined
  run.play(35)
  await settled(fixture, 2 * 5)
  assert.equal(fixture.dvr.bucket?.health.problem(), undefined)
  assert.deepEqual(fixture.codes, ['DVR_STARTED', 'DVR_ARCHIVE_FAILED', 'DVR_ARCHIVE_BACK'])
  assert.equal((await bytesOf(fixture)).size, 2 * 345)
  assert.equal(fixture.dvr.totals.lost + (fixture.dvr.bucket?.report.totals.lost ?? 0), 0)
  assert.deepEqual((await fixture.dvr.read('live/test'))?.gaps, [])
})

test('dvr archive: a bucket that is down is asked ever more rarely', async () => {
  const fixture = await open()
  store.problem = 'nobody listens there'
  const run = fixture.begin()
  for (let i = 0; i < 60; i++) {
    run.play(5)
    await written(fixture)
  }
  assert.ok(store.requests.length < 30, `${store.requests.length} requests in ten minutes`)
})

test('dvr archive: a disk that may not hold more loses what is not archived yet, and says so', async () => {
  const fixture = await open({ dvrMaxSize: 40_000 })
  const run = fixture.begin()
  run.play(10)
  await settled(fixture, 2 * 5)
  store.problem = 'nobody listens there'
  run.play(5)
  await written(fixture)
  await until(() => fixture.dvr.bucket?.health.problem() !== undefined)
  run.play(35)
  await written(fixture)
  const lost = (): number => fixture.dvr.bucket?.report.totals.lost ?? 0
  assert.ok(lost() > 0 && fixture.dvr.bytes <= 41_000, `${lost()} lost, ${fixture.dvr.bytes} bytes`)
  assert.deepEqual(fixture.codes, ['DVR_STARTED', 'DVR_ARCHIVE_FAILED', 'DVR_ARCHIVE_LOST'])
  store.problem = undefined
  run.play(15)
  await settled(fixture, 2 * 5)
  const detail = (await fixture.dvr.read('live/test')) ?? assert.fail('nothing is kept')
  assert.ok(detail.segments >= 2 * 65 - lost() && detail.segments < 2 * 65, `${detail.segments} kept, ${lost()} lost`)
  assert.ok(detail.gaps.length > 0)
  assert.equal((await bytesOf(fixture)).size, detail.segments)
  await fixture.dvr.close()
  const again = await open({ clock: fixture.clock, store: reopened() })
  assert.equal((await segments(again)).length, detail.segments)
})

test('dvr archive: after a crash in an upload everything is stored, and nothing twice', async () => {
  const fixture = await open()
  const run = fixture.begin()
  run.play(10)
  await settled(fixture, 2 * 5)
  // The objects come there, and the server is killed before it has written that down.
  const index = join(dir, 'live/test/@dvr/2026-01-01T00/index')
  const { length } = await readFile(index)
  run.play(10)
  await settled(fixture, 2 * 5)
  const stored = new Map(store.objects)
  await truncate(index, length)
  const again = await open({ clock: fixture.clock, store: reopened() })
  await settled(again)
  await again.dvr.close()
  const keys = puts().map(put => put.slice('put '.length))
  assert.deepEqual(
    keys.filter(key => key.endsWith('.mp4') && stored.has(key)),
    [],
  )
  assert.equal((await segments(again)).length, 40)
  assert.equal(again.dvr.pending.segments, 0)
  for (const [key, bytes] of stored) {
    if (key.endsWith('.mp4')) assert.ok(Buffer.from(bytes).equals(store.objects.get(key) ?? assert.fail(key)), key)
  }
})

test('dvr archive: what is removed is removed from the bucket too, what was being stored as well', async () => {
  const fixture = await open()
  const run = fixture.begin()
  run.play(20)
  await settled(fixture, 2 * 5)
  await fixture.dvr.remove('live/test', start + 11_000)
  run.play(1)
  await settled(fixture, 2 * 6)
  await fixture.dvr.close()
  const left = [...store.objects.keys()]
    .filter(key => key.includes('video'))
    .map(key => Number(/(\d+)\.mp4/.exec(key)?.[1]))
  assert.deepEqual(
    left.sort((a, b) => a - b).map(number => number - start / 1000),
    [5, 10, 15],
  )
  const again = await open({ clock: fixture.clock, store: reopened() })
  await settled(again)
  await again.dvr.remove('live/test', undefined)
  assert.deepEqual([...store.objects.keys()], [])
})

test('dvr archive: nothing is removed while the bucket cannot be reached, and whoever asks is told', async () => {
  const fixture = await open()
  fixture.begin().play(10)
  await settled(fixture, 2 * 5)
  store.problem = 'nobody listens there'
  await assert.rejects(fixture.dvr.remove('live/test', undefined), { statusCode: 503, message: /nobody listens there/ })
  assert.equal((await bytesOf(fixture)).size, 20)
})

test('dvr archive: what is too old leaves the bucket by the hour', async () => {
  const fixture = await open({ dvrMaxAge: 60_000, dvrArchiveMaxAge: 3_600_000 })
  const run = fixture.begin()
  run.play(10)
  fixture.clock.advance(3_600_000)
  run.play(10)
  await settled(fixture, 2 * 5)
  assert.equal(
    (await segments(fixture)).filter(({ time, timescale }) => (1000 * time) / timescale < start + 3_600_000).length,
    0,
  )
  fixture.clock.advance(100_000)
  run.play(1)
  await until(async () => (await readdir(join(dir, 'live/test/@dvr'))).length === 1)
  assert.deepEqual(await readdir(join(dir, 'live/test/@dvr')), ['2026-01-01T01'])
  assert.ok(![...store.objects.keys()].some(key => key.startsWith(folder)))
})

test('dvr archive: a bucket that does not answer a player says so, and when to come again', async () => {
  const fixture = await open({ dvrMaxAge: 1000 })
  fixture.begin().play(60)
  await settled(fixture, 2 * 5)
  await evicted(fixture, 40)
  const { rendition, number } = (await segments(fixture))[0] ?? assert.fail('nothing is kept')
  store.problem = 'nobody listens there'
  const asked = (): Promise<void> =>
    assert.rejects(archive(fixture).read(rendition, { number }), {
      ...{ statusCode: 503, retryAfter: 5, message: 'Cannot send this segment: the archive cannot be read now' },
    })
  await asked()
  await asked()
  assert.equal(fixture.dvr.bucket?.report.totals.reads, 1)
  store.problem = undefined
  fixture.clock.advance(5000)
  assert.ok(await archive(fixture).read(rendition, { number }))
})

test('dvr archive: a file that was changed by hand is left out, and the others are stored', async () => {
  const fixture = await open()
  store.problem = 'nobody listens there'
  const run = fixture.begin()
  run.play(10)
  await written(fixture)
  const [file] = [join(dir, `live/test/@dvr/2026-01-01T00/video-${start / 1000 + 2}.m4s`)]
  await truncate(file ?? '', 10)
  store.problem = undefined
  run.play(5)
  await settled(fixture, 2 * 5)
  const numbers = (await segments(fixture)).filter(({ rendition }) => rendition === 'video').map(({ number }) => number)
  assert.ok(!numbers.includes(start / 1000 + 2))
  assert.equal(numbers.length, 14)
})

test('dvr archive: paths may do without', async () => {
  const fixture = await open({ dvrArchive: false })
  fixture.begin().play(10)
  await fixture.dvr.close()
  assert.deepEqual(store.requests, ['folders sluice/'])
  assert.equal(fixture.dvr.list()[0]?.archive, undefined)
})

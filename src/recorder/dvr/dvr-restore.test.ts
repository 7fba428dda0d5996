import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { DvrFixture, type DvrFixtureOptions } from '../../../test/support/dvr-fixture.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { MemoryStore } from '../../../test/support/memory-store.ts'
import type { ArchivedSegment, StreamArchive } from '../../contracts/segments.ts'
import { RequestError } from '../../core/errors.ts'

/** Where the clocks of tests begin. */
const start = Date.UTC(2026, 0, 1)
const hourMs = 3_600_000
const everything = { from: 0, to: Number.POSITIVE_INFINITY }
const hourKey = (hour: number): string => `sluice/live/test/@dvr/2026-01-01T0${hour}`

let root: string
let store: MemoryStore
let clock: FakeClock
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-dvr-'))
  store = new MemoryStore()
  clock = new FakeClock()
})
const opened: DvrFixture[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ dvr }) => dvr.close()))
  await rm(root, { recursive: true })
})

/** A server on the machine of that name, with the same bucket as all others. */
function machine(name: string, options: Partial<DvrFixtureOptions> = {}): DvrFixture {
  const fixture = new DvrFixture({ dir: join(root, name), store, clock, ...options })
  opened.push(fixture)
  return fixture
}

async function open(name: string, options: Partial<DvrFixtureOptions> = {}): Promise<DvrFixture> {
  const fixture = machine(name, options)
  await fixture.dvr.open()
  return fixture
}

/** The server is gone, and so are its requests to the bucket. */
async function stop({ dvr }: DvrFixture): Promise<void> {
  await dvr.close()
  const next = new MemoryStore()
  for (const [key, bytes] of store.objects) next.objects.set(key, bytes)
  store = next
}

function archive({ dvr }: DvrFixture): StreamArchive {
  return dvr.find('live/test') ?? assert.fail('nothing is kept')
}

const segments = (fixture: DvrFixture): Promise<readonly ArchivedSegment[]> => archive(fixture).segments(everything)

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(resolve => setImmediate(resolve))
}

async function archived(fixture: DvrFixture): Promise<void> {
  const { dvr, added } = fixture
  await until(() => dvr.totals.segments + dvr.totals.lost === added && dvr.pending.segments === 0)
}

const restored = ({ dvr }: DvrFixture): Promise<void> =>
  until(() => dvr.list()[0]?.archive?.hoursToRestore === 0 && dvr.bucket?.report.problem === undefined)

/** So many segments at the beginning of each of so many hours, on a machine that is there no more. */
async function hoursOf(count: number, each = 10): Promise<readonly ArchivedSegment[]> {
  const fixture = await open('first')
  const run = fixture.begin()
  for (let hour = 0; hour < count; hour++) {
    run.play(each)
    await until(() => fixture.dvr.totals.segments === fixture.added)
    if (hour < count - 1) clock.advance(start + (hour + 1) * hourMs - clock.wall())
    run.number = Math.max(run.number, clock.wall() / 1000)
  }
  run.end()
  await archived(fixture)
  const kept = await segments(fixture)
  await stop(fixture)
  return kept
}

const indexKeys = (): string[] => [...store.objects.keys()].filter(key => key.endsWith('/index'))

test('dvr restore: a server with an empty disk has what the bucket has, and numbers and places go on behind', async () => {
  const before = await hoursOf(3)
  clock.advance(60_000)
  const fixture = await open('second')
  // Where the stream has ended is known before anything comes.
  const run = fixture.begin()
  run.play(5)
  await restored(fixture)
  await until(() => fixture.dvr.totals.segments === fixture.added)
  const after = await segments(fixture)
  assert.deepEqual(after.slice(0, before.length), before)
  assert.ok(fixture.codes.includes('DVR_ARCHIVE_RESTORED'))
  for (const { rendition, number, size } of after) {
    assert.equal((await archive(fixture).read(rendition, { number }))?.length, size)
  }
  const [last, next] = [before.at(-1), after[before.length]]
  assert.ok(last !== undefined && next !== undefined && next.number > last.number && next.period > last.period)
  assert.deepEqual([next.position, next.discontinuity], [last.position + 1, last.discontinuity + 1])
  const [first] = before
  assert.ok(first !== undefined && (await archive(fixture).readInit(first.rendition, first.period)))
})

test('dvr restore: within an hour the next machine goes on, and the one behind it has both', async () => {
  const before = await hoursOf(1)
  clock.advance(60_000)
  const second = await open('second')
  const run = second.begin()
  run.play(10)
  run.end()
  await archived(second)
  const both = await segments(second)
  assert.deepEqual(both.slice(0, before.length), before)
  await stop(second)
  const third = await open('third')
  await restored(third)
  assert.deepEqual(await segments(third), both)
})

test('dvr restore: what a bucket that was down at the start has is listed later, before what has come meanwhile', async () => {
  const before = await hoursOf(2)
  const [index, old] = [store.objects.get(`${hourKey(1)}/index`), new Map(store.objects)]
  clock.advance(60_000)
  store.problem = 'nobody listens there'
  const fixture = await open('second')
  const run = fixture.begin()
  run.play(10)
  await until(() => fixture.dvr.totals.segments === fixture.added)
  assert.equal((await segments(fixture)).length, 20)
  assert.equal(store.objects.get(`${hourKey(1)}/index`), index)
  store.problem = undefined
  clock.advance(120_000)
  run.play(1)
  await restored(fixture)
  run.end()
  await archived(fixture)
  for (const [key, bytes] of old) if (key.endsWith('.mp4')) assert.equal(store.objects.get(key), bytes, key)
  const all = await segments(fixture)
  assert.deepEqual(
    all.slice(0, before.length).map(({ number }) => number),
    before.map(({ number }) => number),
  )
  const video = all.filter(({ rendition }) => rendition === 'video')
  for (const [i, { position, number }] of video.entries()) {
    assert.equal(position, (video[0]?.position ?? 0) + i, `${number}`)
  }
  assert.ok((video[0]?.position ?? -1) >= 0)
  await stop(fixture)
  const third = await open('third')
  await restored(third)
  assert.deepEqual(
    (await segments(third)).map(({ number, position }) => [number, position]),
    all.map(({ number, position }) => [number, position]),
  )
})

test('dvr restore: a server that is killed meanwhile goes on with the rest', async () => {
  const before = await hoursOf(6, 5)
  for (let kill = 0; kill < 4; kill++) {
    const killed = machine('second')
    const own = store
    const isOpen = killed.dvr.open()
    await until(() => own.requests.filter(request => request.startsWith('read')).length > 0)
    // Nothing that it asks for is answered any more.
    own.gate = new Promise(() => undefined)
    store = new MemoryStore()
    for (const [key, bytes] of own.objects) store.objects.set(key, bytes)
    clock.advance(10_000)
    await isOpen
    opened.splice(opened.indexOf(killed), 1)
  }
  const fixture = await open('second')
  await restored(fixture)
  assert.deepEqual(await segments(fixture), before)
})

test('dvr restore: hours that have become too old are removed and not listed', async () => {
  await hoursOf(4, 5)
  clock.advance(hourMs / 2)
  const fixture = await open('second', { dvrArchiveMaxAge: hourMs })
  await restored(fixture)
  assert.ok(!store.requests.includes(`read ${hourKey(0)}/index`))
  assert.equal((await segments(fixture)).length, 10)
  await until(() => {
    clock.advance(1000)
    return indexKeys().length === 1
  })
  assert.deepEqual(indexKeys(), [`${hourKey(3)}/index`])
})

test('dvr restore: what is removed is removed whether it is listed or not', async () => {
  await hoursOf(4, 5)
  const fixture = machine('second')
  await fixture.dvr.open()
  await fixture.dvr.remove('live/test', start + 2 * hourMs + 5000)
  assert.deepEqual(indexKeys().sort(), [`${hourKey(2)}/index`, `${hourKey(3)}/index`])
  await until(() => fixture.dvr.bucket?.queue.isPaused === false)
  await fixture.dvr.remove('live/test', undefined)
  assert.deepEqual([...store.objects.keys()], [])
  assert.deepEqual(fixture.dvr.list(), [])
})

test('dvr restore: an index that is damaged, or not there, is left alone, and told', async () => {
  const before = await hoursOf(3, 5)
  store.objects.set(`${hourKey(1)}/index`, new Uint8Array(100))
  store.objects.delete(`${hourKey(0)}/index`)
  const fixture = await open('second')
  await restored(fixture)
  assert.deepEqual(await segments(fixture), before.slice(20))
  assert.equal(fixture.codes.filter(code => code === 'DVR_ARCHIVE_SKIPPED').length, 2)
  assert.ok([...store.objects.keys()].some(key => key.startsWith(hourKey(1))))
})

test('dvr restore: a bucket that does not answer delays the start by ten seconds', async () => {
  await hoursOf(1)
  store.gate = new Promise(() => undefined)
  const fixture = machine('second')
  let isOpen = false
  const opening = fixture.dvr.open().then(() => {
    isOpen = true
  })
  await until(() => store.requests.length > 0)
  clock.advance(9000)
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(isOpen, false)
  clock.advance(1000)
  await opening
  opened.splice(opened.indexOf(fixture), 1)
})

test('dvr restore: streams whose paths are not archived are not listed', async () => {
  await hoursOf(1)
  const fixture = await open('second', { dvrArchive: false })
  assert.deepEqual(fixture.dvr.list(), [])
})

test('dvr restore: who asks for a time waits until the bucket has told all of it', async () => {
  const before = await hoursOf(5, 5)
  const fixture = await open('second')
  await archive(fixture).untilListed(start + 3 * hourMs)
  const isListed = (kept: readonly ArchivedSegment[]): boolean =>
    kept.slice(-20).every(({ number }, i) => number === before.slice(-20)[i]?.number)
  assert.ok(isListed(await segments(fixture)))
  await Promise.all([0, 1].map(() => archive(fixture).untilListed(Number.NEGATIVE_INFINITY)))
  assert.deepEqual(await segments(fixture), before)
  assert.equal(store.requests.filter(request => request.startsWith('read')).length, 5)
})

test('dvr restore: who asks for a segment that was told of on another machine has it', async () => {
  const [first] = await hoursOf(5, 5)
  assert.ok(first !== undefined)
  const { rendition, number, period, size } = first
  for (const ask of [
    async (kept: StreamArchive) => (await kept.open(rendition, { number }))?.size,
    async (kept: StreamArchive) => (await kept.read(rendition, { number }))?.length,
    async (kept: StreamArchive) => ((await kept.readInit(rendition, period)) === undefined ? undefined : size),
  ]) {
    const fixture = await open('second')
    assert.equal(await ask(archive(fixture)), size)
    await stop(fixture)
    await rm(join(root, 'second'), { recursive: true })
  }
})

test('dvr restore: who asks for a time that a slow bucket does not tell is answered after eight seconds', async () => {
  await hoursOf(5, 5)
  const fixture = await open('second')
  store.gate = new Promise(() => undefined)
  const asked = assert.rejects(archive(fixture).untilListed(start), isUnavailable)
  clock.advance(8000)
  await asked
  opened.splice(opened.indexOf(fixture), 1)
})

test('dvr restore: who asks for a time while the bucket is down is answered at once, and what is there is listed', async () => {
  await hoursOf(5, 5)
  const fixture = await open('second')
  store.problem = 'nobody listens there'
  await assert.rejects(archive(fixture).untilListed(start), isUnavailable)
  await archive(fixture).untilListed(start + 6 * hourMs)
  store.problem = undefined
  await until(() => {
    clock.advance(1000)
    return fixture.dvr.bucket?.report.problem === undefined
  })
  await archive(fixture).untilListed(start)
  assert.equal((await segments(fixture)).length, 50)
})

function isUnavailable(error: unknown): boolean {
  return error instanceof RequestError && error.statusCode === 503 && error.retryAfter === 2
}

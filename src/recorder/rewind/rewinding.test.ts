import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { PackagingFixture } from '../../../test/support/packaging-fixture.ts'
import { audioFrame, videoFrame } from '../../../test/support/sample-frames.ts'
import type { EndReason } from '../../contracts/end-reason.ts'
import type { PlacedFrame, WireFormat } from '../../contracts/wire-format.ts'
import type { Publication } from '../../hub/publication.ts'
import type { Stream } from '../../hub/stream.ts'
import type { Subscriber } from '../../hub/subscriber.ts'
import type { WireLog, WireRun } from '../../hub/wire-log.ts'
import { WireReader, type WireSink } from '../../hub/wire-reader.ts'

let dir: string
let fixture: PackagingFixture
let publication: Publication
/** Of the publisher. */
let time: number
/** When it came. */
let since: number
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-rewind-'))
  fixture = await PackagingFixture.listen({ dvrFolder: dir })
  publication = fixture.http.publish('a')
  time = 5000
  since = fixture.http.clock.wall()
})
afterEach(async () => {
  await fixture[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

const info = { id: 'http-1', protocol: 'http-flv', peer: 'there', since: 0 }

/** One byte per frame: where it stands among those of its kind that were published. */
const counted: WireFormat = {
  name: 'counted',
  createMuxer: (out: WireLog) => ({
    write: ({ frame, time: at, isJoinPoint, tracks }: PlacedFrame) => {
      const index = out.reserve(2)
      out.bytes.set([frame.track.kind === 'video' ? 1 : 0, frame.payload[0] ?? 0], index)
      out.commit(at, 0, { isJoinPoint, isRestart: false }, tracks)
    },
  }),
}

class Viewer implements WireSink {
  isBusy = false
  readonly isSecure = false
  readonly needsSettledStream = true
  readonly pictures: number[] = []
  readonly sounds: number[] = []
  ended: EndReason | undefined
  bytesSent = 0
  readonly reader: WireReader

  constructor(stream: Stream) {
    this.reader = new WireReader(stream, counted, info, this)
  }

  start(): void {}

  write({ bytes }: WireRun): void {
    this.bytesSent += bytes.length
    for (let at = 0; at < bytes.length; at += 2) {
      const frames = bytes[at] === 1 ? this.pictures : this.sounds
      frames.push(bytes[at + 1] ?? 0)
    }
  }

  publisherLeft(): void {}

  publisherReturned(): void {}

  end(reason: EndReason): void {
    this.ended = reason
  }
}

/** A segment, which is kept when the next one has begun. */
const longestUnkept = 3000

/** Sound and picture with a key frame each second go on for so long, as time does. */
async function play(span: number): Promise<void> {
  for (const end = time + span; time < end; time += 40) {
    const count = (time / 40) & 0xff
    publication.write(videoFrame(time, time % 1000 === 0, 100, count))
    publication.write(audioFrame(time, 4, count))
    await pass(40)
    await written()
  }
}

/** It goes on until the viewer, who is seen to come nearer, has come to live. */
async function catchUp(viewer: Viewer, from: number): Promise<void> {
  while (viewer.pictures.length < (time - from) / 40 - 1) await play(200)
}

/** Disks take their time, which is none for the clock. */
async function written(): Promise<void> {
  const now = fixture.http.clock.wall()
  if (now - since < longestUnkept) return
  while (kept() < now - longestUnkept) await new Promise(setImmediate)
}

/** Time goes by, and files are written and read. */
async function pass(span: number): Promise<void> {
  for (let i = 0; i < span; i += 10) {
    fixture.http.clock.advance(10)
    await new Promise(setImmediate)
  }
}

/** Once that is kept, a viewer so many milliseconds back. */
async function rewind(back: number, speed = 1): Promise<Viewer> {
  return new Viewer(await open(back, speed))
}

function open(back: number, speed = 1): Promise<Stream> {
  const at = fixture.http.clock.wall() - back
  return fixture.packaging.rewinders.open('a', { at, speed }, info)
}

/** Of a key frame on, without one missing or doubled. */
function assertWhole(viewer: Viewer, from: number): void {
  const expected = Array.from({ length: viewer.pictures.length }, (_, i) => (from / 40 + i) & 0xff)
  assert.deepEqual(viewer.pictures, expected)
  assert.deepEqual(viewer.sounds, expected.slice(0, viewer.sounds.length))
}

const kept = (): number => fixture.packaging.dvr.find('a')?.span?.to ?? 0
const lines = (code: string): number => fixture.http.log.lines.filter(line => line.code === code).length

test('rewinding: begins with the key frame, comes to live, and no frame is lost or doubled', async () => {
  await play(12_000)
  const viewer = await rewind(9500, 4)
  await catchUp(viewer, 7000)
  assert.equal(lines('DVR_REWIND_LIVE'), 1)
  assertWhole(viewer, 7000)
})

test('rewinding: stays behind at the speed of life, and plays on to the end when the publisher has left', async () => {
  await play(8000)
  const viewer = await rewind(4900)
  // The disk takes its time: what has not been read by now comes when it has.
  while (viewer.pictures.length < 100) await play(40)
  const behind = time - 8000 - 40 * viewer.pictures.length
  assert.ok(behind > 3900, `${behind} ms behind`)
  publication.close()
  while (viewer.ended === undefined) await pass(100)
  assertWhole(viewer, 8000)
  assert.equal(viewer.pictures.length, (time - 8000) / 40)
  assert.equal(viewer.ended, 'ended')
  assert.equal(fixture.packaging.rewinders.activeCount, 0)
})

test('rewinding: for a viewer who is slow, less is read, and nothing is dropped', async () => {
  await play(20_000)
  const stream = await open(18_000, 8)
  const viewer = new Viewer(stream)
  viewer.isBusy = true
  await play(10_000)
  assert.ok(stream.frames.endTime < 4000, `${stream.frames.endTime} ms were read`)
  viewer.isBusy = false
  await catchUp(viewer, 7000)
  assertWhole(viewer, 7000)
  assert.equal(viewer.reader.counters.framesDropped, 0)
})

test('rewinding: goes on over the gap that a publisher has left who came back', async () => {
  await play(4000)
  publication.close()
  await pass(3000)
  publication = fixture.http.publish('a')
  time += 3000
  since = fixture.http.clock.wall()
  await play(6000)
  const viewer = await rewind(12_800, 8)
  await catchUp(viewer, 8000)
  const [before, after] = [Array.from({ length: 100 }, (_, i) => 125 + i), viewer.pictures.slice(100)]
  assert.deepEqual(
    viewer.pictures.slice(0, 100),
    before.map(count => count & 0xff),
  )
  assert.deepEqual(
    after,
    after.map((_, i) => (300 + i) & 0xff),
  )
})

test('rewinding: its viewer is seen among those of the live stream, can be sent away, and leaves nothing behind', async () => {
  await play(6000)
  const live = fixture.http.registry.getLive('a') ?? assert.fail('not live')
  const seen = (): Subscriber | undefined => [...live.subscribers].find(subscriber => subscriber.info === info)
  const first = await rewind(4000)
  await pass(100)
  assert.ok((seen()?.counters.bytesSent ?? 0) > 0)
  first.reader.close()
  assert.deepEqual([seen(), fixture.packaging.rewinders.activeCount], [undefined, 0])
  const second = await rewind(4000)
  await pass(100)
  fixture.http.registry.end('a', 'kicked')
  assert.deepEqual([second.ended, fixture.packaging.rewinders.activeCount], ['kicked', 0])
})

test('rewinding: is over if nobody comes for it, and no more viewers than may do so rewind', async () => {
  await play(6000)
  await Promise.all([open(4000), open(4000)])
  await assert.rejects(open(4000), /no more than 2 may do so at once/)
  await pass(6000)
  assert.deepEqual([fixture.packaging.rewinders.activeCount, fixture.packaging.rewinders.totals.refused], [0, 1])
  assert.ok(kept() > 0)
})

test('rewinding: without anything kept of the time, there is nothing to play', async () => {
  await assert.rejects(open(1000), /Cannot rewind a: nothing is kept of it/)
  await play(6000)
  await assert.rejects(open(-60_000), /Cannot rewind a: it is kept from 20.* to 20/)
})

test('rewinding: who asks for a time long before what is kept begins there, and no more is looked up', async () => {
  await play(6000)
  const archive = fixture.packaging.dvr.find('a') ?? assert.fail()
  const segments = archive.segments.bind(archive)
  const lengths: number[] = []
  archive.segments = span => {
    lengths.push(span.to - span.from)
    return segments(span)
  }
  const viewer = new Viewer(await fixture.packaging.rewinders.open('a', { at: 0, speed: 8 }, info))
  await catchUp(viewer, 5000)
  assertWhole(viewer, 5000)
  assert.ok(Math.max(...lengths) <= 100_000, `${lengths.join(' ')} ms`)
})

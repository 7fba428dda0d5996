import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { audioFrame, videoFrame } from '../../test/support/sample-frames.ts'
import { smallDisk } from '../../test/support/small-disk.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import type { ServerEvent } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import { FlvFileReader, type FlvTag } from '../formats/flv/flv-file-reader.ts'
import type { Publication } from '../hub/publication.ts'
import { StreamRegistry } from '../hub/stream-registry.ts'
import type { RecordConfig } from './config.ts'
import { parseFilePattern } from './file-pattern.ts'
import { type Disk, machineDisk } from './file-writer.ts'
import { Recorder } from './recorder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-recorder-'))
})
afterEach(() => rm(folder, { recursive: true }))

const wholeFiles: RecordConfig['segment'] = { duration: 0, maxSize: 0, pattern: undefined }

/** @param only The one stream that is recorded. */
type FixtureOptions = { readonly disk?: Disk; readonly only?: string } & Partial<RecordConfig>

/** A registry and a recorder that has everything recorded. */
class Fixture {
  readonly clock = new FakeClock()
  readonly events: ServerEvent[] = []
  readonly codes: string[] = []
  readonly registry: StreamRegistry
  readonly recorder: Recorder
  readonly #watchers = new Set<() => void>()

  constructor({ disk = machineDisk, only, ...settings }: FixtureOptions = {}) {
    const { clock } = this
    const config: RecordConfig = { all: true, dir: folder, format: 'auto', segment: wholeFiles, ...settings }
    const settingsOf = settingsOfAll({
      limits: { gopBytes: 1e7, gopTime: 1e5, gopFrames: 1e4, lagBytes: 1e7, lagTime: 3000 },
    })
    this.registry = new StreamRegistry({
      ...{ clock, settingsOf, wireLinger: 0, onConflict: 'reject', resumeTimeout: 0 },
    })
    const { registry, events, codes } = this
    const note = (code: string): void => void codes.push(code)
    const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log }
    const emit = (event: ServerEvent): void => {
      events.push(event)
      for (const check of this.#watchers) check()
    }
    const of = (name: string) => ({ record: only === undefined ? config.all : name === only })
    const recordSettings = { general: { record: config.all }, of }
    this.recorder = new Recorder({ config, recordSettings, registry, clock, events: { emit }, log, disk })
  }

  publish(name: string): Publication {
    const info = { id: 'rtmp-1', protocol: 'rtmp', peer: '127.0.0.1:5000', since: 0 }
    const result = this.registry.publish(name, { info, onEnd: () => undefined })
    if (!result.ok) assert.fail(result.reason)
    return result.publication
  }

  /** Publish `seconds` of video, with a key frame at the start of each. */
  stream(publication: Publication, fromSecond: number, seconds: number): void {
    for (let time = fromSecond * 1000; time < (fromSecond + seconds) * 1000; time += 100) {
      publication.write(videoFrame(time, time % 1000 === 0, 100))
      this.clock.advance(100)
    }
  }

  /** Resolves to the event of that type; to the one that was, if it was already. */
  event<Type extends ServerEvent['type']>(type: Type): Promise<Extract<ServerEvent, { type: Type }>> {
    return new Promise(resolve => {
      const check = (): void => {
        const event = this.events.find((e): e is Extract<ServerEvent, { type: Type }> => e.type === type)
        if (event === undefined) return
        this.#watchers.delete(check)
        resolve(event)
      }
      this.#watchers.add(check)
      check()
    })
  }
}

async function readTags(name: string): Promise<FlvTag[]> {
  return new FlvFileReader().push(await readFile(join(folder, name)))
}

async function videoTimes(name: string): Promise<number[]> {
  const tags = await readTags(name)
  return tags.filter(({ type, body }) => type === 9 && body[1] === 1).map(({ timestamp }) => timestamp)
}

test('recorder: one file per publication, finished when the publisher leaves', async () => {
  const fixture = new Fixture()
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 5, 2)
  publication.close()
  const { file, bytes } = await fixture.event('recording.stopped')
  const [name = ''] = await readdir(folder)
  assert.match(name, /^live_test_\d{8}_\d{6}\.flv$/)
  assert.equal(file, join(folder, name))
  assert.equal((await readFile(file)).length, bytes)
  assert.deepEqual(
    await videoTimes(name),
    Array.from({ length: 20 }, (_, i) => i * 100),
  )
  assert.deepEqual(
    fixture.events.map(event => event.type),
    ['recording.started', 'recording.segment', 'recording.stopped'],
  )
})

test('recorder: misses nothing of a publisher who sends all at once and leaves', async () => {
  const fixture = new Fixture()
  const publication = fixture.publish('live/test')
  for (let time = 0; time < 3000; time += 100) {
    publication.write(audioFrame(time))
    publication.write(videoFrame(time, time % 1000 === 0))
  }
  publication.close()
  const { file } = await fixture.event('recording.stopped')
  const tags = new FlvFileReader().push(await readFile(file))
  assert.equal(tags.length, 1 + 2 + 60)
})

test('recorder: a publisher who returns gets a new file, and so do streams with names that look alike', async () => {
  const fixture = new Fixture()
  for (const name of ['a/b', 'a_b', 'a/b']) {
    const publication = fixture.publish(name)
    publication.write(videoFrame(0, true))
    publication.close()
  }
  await fixture.recorder.close()
  const names = (await readdir(folder)).map(name => name.replace(/\d{8}_\d{6}/, 'T'))
  assert.deepEqual(names.sort(), ['a_b_T.flv', 'a_b_T_2.flv', 'a_b_T_3.flv'])
})

test('recorder: makes no file for a publisher who sends nothing', async () => {
  const fixture = new Fixture()
  fixture.publish('live/test').close()
  await fixture.recorder.close()
  assert.deepEqual(await readdir(folder), [])
  assert.deepEqual(fixture.events, [])
})

test('recorder: records nothing unless it is told to', async () => {
  const fixture = new Fixture({ all: false })
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 1)
  assert.equal(fixture.registry.get('live/test')?.subscribers.size, 0)
  await fixture.recorder.close()
  assert.deepEqual(await readdir(folder), [])
})

test('recorder: a path says which streams are recorded', async () => {
  const fixture = new Fixture({ only: 'live/a' })
  for (const name of ['live/a', 'live/b']) fixture.publish(name).write(videoFrame(0, true))
  assert.deepEqual(
    fixture.recorder.list().map(({ stream }) => stream),
    ['live/a'],
  )
  await fixture.recorder.close()
})

test('recorder: while it runs, the file holds all but the newest half second, in whole tags', async () => {
  const fixture = new Fixture()
  const publication = fixture.publish('live/test')
  publication.write(videoFrame(0, true))
  fixture.clock.advance(1000)
  await fixture.event('recording.started')
  const active = await untilDefined(() => {
    const recording = fixture.recorder.of('live/test')
    return recording !== undefined && recording.bytesWritten > 0 ? recording : undefined
  })
  const tags = new FlvFileReader().push(await readFile(active.file ?? ''))
  assert.deepEqual(
    tags.map(tag => tag.type),
    [18, 9, 9],
  )
  assert.equal(active.framesDropped, 0)
  await fixture.recorder.close()
  assert.equal(fixture.recorder.of('live/test'), undefined)
})

test('recorder: close finishes the files and starts no more', async () => {
  const fixture = new Fixture()
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 1)
  await fixture.recorder.close()
  await fixture.recorder.close()
  assert.deepEqual(
    fixture.events.map(event => event.type),
    ['recording.started', 'recording.segment', 'recording.stopped'],
  )
  assert.ok(publication.isOpen)
  fixture.publish('live/other').write(videoFrame(0, true))
  await fixture.recorder.close()
  assert.equal((await readdir(folder)).length, 1)
})

test('recorder: a slow disk costs frames up to a key frame, and nobody else notices', async () => {
  const gate = Promise.withResolvers<void>()
  const fixture = new Fixture({ disk: gatedDisk(gate.promise) })
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 10)
  gate.resolve()
  await untilDefined(() => (fixture.recorder.totals.framesDropped > 0 ? true : undefined))
  fixture.stream(publication, 10, 1)
  publication.close()
  const { file } = await fixture.event('recording.stopped')
  const times = await videoTimes(file.slice(folder.length + 1))
  const gap = times.findIndex((time, i) => time - (times[i - 1] ?? time) > 100)
  assert.ok(gap > 0, `no gap in ${times.join(', ')}`)
  assert.equal((times[gap] ?? 0) % 1000, 0)
  assert.equal(times.at(-1), 10_900)
  assert.equal(fixture.recorder.totals.framesDropped, 110 - times.length)
})

test('recorder: frames that a stalled disk has kept out of the file when the publisher leaves are counted', async () => {
  const gate = Promise.withResolvers<void>()
  const fixture = new Fixture({ disk: gatedDisk(gate.promise) })
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 10)
  publication.close()
  gate.resolve()
  const { file } = await fixture.event('recording.stopped')
  const times = await videoTimes(file.slice(folder.length + 1))
  assert.ok(times.length < 100)
  assert.equal(fixture.recorder.totals.framesDropped, 100 - times.length)
})

test('recorder: a full disk ends that recording, with a file that plays, and the next publication is tried again', async () => {
  const fixture = new Fixture({ disk: smallDisk(60_000) })
  const publication = fixture.publish('live/test')
  for (let time = 0; time < 2000; time += 100) publication.write(videoFrame(time, true, 20_000))
  fixture.clock.advance(500)
  const { reason, file } = await fixture.event('recording.failed')
  assert.equal(reason, 'the disk is full')
  assert.ok(publication.isOpen)
  assert.equal(fixture.registry.get('live/test')?.subscribers.size, 0)
  assert.equal(fixture.recorder.totals.failures, 1)
  assert.ok(fixture.codes.includes('RECORD_FAILED'))
  await assert.rejects(readFile(file), { code: 'ENOENT' })
  publication.close()

  const next = fixture.publish('live/test')
  next.write(videoFrame(0, true, 1000))
  next.close()
  await fixture.event('recording.stopped')
  assert.equal((await readdir(folder)).length, 1)
})

test('recorder: an unwritable folder is a problem of health and of each recording, not of the start', async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  const fixture = new Fixture({ dir: join(file, 'recordings') })
  await fixture.recorder.open()
  assert.match(fixture.recorder.health.problem() ?? '', /^Cannot record into .*: the folder cannot be made/)
  assert.deepEqual(fixture.codes, ['RECORD_FOLDER'])

  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 1)
  await fixture.event('recording.failed')
  assert.ok(publication.isOpen)

  await unlink(file)
  fixture.publish('live/other').write(videoFrame(0, true))
  await fixture.recorder.close()
  assert.equal(fixture.recorder.health.problem(), undefined)
})

test('recorder: a file that is removed ends that recording', async () => {
  const fixture = new Fixture()
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 1)
  const { file } = await fixture.event('recording.started')
  await unlink(file)
  fixture.stream(publication, 1, 1)
  const failed = fixture.event('recording.failed')
  publication.close()
  assert.equal((await failed).reason, 'the file was removed')
})

test('recorder: segments are cut at key frames, and each is reported when it is complete', async () => {
  const fixture = new Fixture({ segment: { duration: 2000, maxSize: 0, pattern: undefined } })
  const publication = fixture.publish('live/test')
  sendAtOnce(publication, 5)
  publication.close()
  const stopped = await fixture.event('recording.stopped')
  const names = (await readdir(folder)).sort()
  assert.deepEqual(
    names.map(name => name.replace(/\d{8}_\d{6}/, 'T')),
    ['live_test_T_seg001.flv', 'live_test_T_seg002.flv', 'live_test_T_seg003.flv'],
  )
  const tenths = (count: number): number[] => Array.from({ length: count }, (_, i) => i * 100)
  assert.deepEqual(await Promise.all(names.map(videoTimes)), [tenths(20), tenths(20), tenths(10)])
  const segments = fixture.events.filter(event => event.type === 'recording.segment')
  assert.deepEqual(
    segments.map(({ file, durationMs, number }) => [file, durationMs, number]),
    names.map((name, i) => [join(folder, name), [2000, 2000, 1000][i], i + 1]),
  )
  assert.equal(
    stopped.bytes,
    segments.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  assert.deepEqual([stopped.files, stopped.durationMs, stopped.reason], [3, 5000, 'publisher-left'])
})

test('recorder: a pattern without time gives a publisher who returns names of his own', async () => {
  const pattern = parseFilePattern('%s/seg%03d')
  const fixture = new Fixture({ segment: { duration: 1000, maxSize: 0, pattern } })
  for (let i = 0; i < 2; i++) {
    const publication = fixture.publish('live/test')
    sendAtOnce(publication, 2)
    publication.close()
  }
  await fixture.recorder.close()
  const names = await readdir(join(folder, 'live_test'))
  assert.deepEqual(names.sort(), ['seg001.flv', 'seg001_2.flv', 'seg002.flv', 'seg002_2.flv'])
})

test('recorder: a recording that is asked for begins at the next key frame and ends when it is told to', async () => {
  const fixture = new Fixture({ all: false })
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 1)
  publication.write(videoFrame(1000, true))
  const started = fixture.recorder.start('live/test')
  assert.ok(started.ok)
  assert.deepEqual([started.recording.file, started.recording.files], [undefined, 0])
  assert.deepEqual(fixture.recorder.start('live/test'), { ok: false, reason: 'recorded-already' })
  for (let time = 1100; time < 3500; time += 100) publication.write(videoFrame(time, time % 1000 === 0))
  assert.deepEqual(
    fixture.recorder.list().map(({ stream }) => stream),
    ['live/test'],
  )
  const stopped = await fixture.recorder.stop('live/test')
  assert.ok(stopped.ok && stopped.recording.file !== undefined)
  assert.deepEqual([stopped.recording.files, stopped.recording.duration], [1, 1500])
  const times = await videoTimes(basename(stopped.recording.file))
  assert.deepEqual([times.length, times[0], times.at(-1)], [15, 0, 1400])
  assert.equal((await fixture.event('recording.stopped')).reason, 'requested')
  assert.equal(fixture.recorder.totals.framesDropped, 0)
  assert.deepEqual(await fixture.recorder.stop('live/test'), { ok: false, reason: 'not-recorded' })
  assert.ok(publication.isOpen)
})

test('recorder: sound alone begins with the next frame', async () => {
  const fixture = new Fixture({ all: false })
  const publication = fixture.publish('live/test')
  for (let time = 0; time < 500; time += 20) publication.write(audioFrame(time))
  assert.ok(fixture.recorder.start('live/test').ok)
  for (let time = 500; time < 600; time += 20) publication.write(audioFrame(time))
  const stopped = await fixture.recorder.stop('live/test')
  assert.ok(stopped.ok)
  assert.equal(stopped.recording.duration, 100)
})

test('recorder: a stop is for the present publisher; the next is recorded as the configuration says', async () => {
  const fixture = new Fixture()
  const first = fixture.publish('live/test')
  first.write(videoFrame(0, true))
  assert.ok((await fixture.recorder.stop('live/test')).ok)
  assert.equal(fixture.recorder.of('live/test'), undefined)
  first.close()
  fixture.publish('live/test').write(videoFrame(0, true))
  assert.notEqual(fixture.recorder.of('live/test'), undefined)
  await fixture.recorder.close()
  assert.equal((await readdir(folder)).length, 2)
  assert.deepEqual(fixture.recorder.start('live/test'), { ok: false, reason: 'shutdown' })
})

test('recorder: nobody can be recorded who does not publish; what fails to complete says why', async () => {
  const fixture = new Fixture({ all: false, disk: smallDisk(100) })
  assert.deepEqual(fixture.recorder.start('live/test'), { ok: false, reason: 'not-live' })
  const publication = fixture.publish('live/test')
  assert.ok(fixture.recorder.start('live/test').ok)
  publication.write(videoFrame(0, true))
  const message = 'the disk is full'
  assert.deepEqual(await fixture.recorder.stop('live/test'), { ok: false, reason: 'failed', message })
})

/** `seconds` of video, faster than the recorder is woken. */
function sendAtOnce(publication: Publication, seconds: number): void {
  for (let time = 0; time < seconds * 1000; time += 100) publication.write(videoFrame(time, time % 1000 === 0, 100))
}

/** A disk whose files take nothing until `gate` resolves. */
function gatedDisk(gate: Promise<void>): Disk {
  return { ...machineDisk, open: (path, flags) => gate.then(() => machineDisk.open(path, flags)) }
}

/** Looks again after each turn of the event loop: for what the disk brings about. */
async function untilDefined<Value>(look: () => Value | undefined): Promise<Value> {
  for (;;) {
    const value = look()
    if (value !== undefined) return value
    await new Promise(resolve => setImmediate(resolve))
  }
}

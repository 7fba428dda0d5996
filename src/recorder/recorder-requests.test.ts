import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { RecorderFixture, videoTimes } from '../../test/support/recorder-fixture.ts'
import { audioFrame, videoFrame } from '../../test/support/sample-frames.ts'
import { smallDisk } from '../../test/support/small-disk.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-recorder-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('recorder: a recording that is asked for begins at the next key frame and ends when it is told to', async () => {
  const fixture = new RecorderFixture({ dir: folder, record: false })
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
  const times = await videoTimes(stopped.recording.file)
  assert.deepEqual([times.length, times[0], times.at(-1)], [15, 0, 1400])
  assert.equal((await fixture.event('recording.stopped')).reason, 'requested')
  assert.equal(fixture.recorder.totals.framesDropped, 0)
  assert.deepEqual(await fixture.recorder.stop('live/test'), { ok: false, reason: 'not-recorded' })
  assert.ok(publication.isOpen)
})

test('recorder: sound alone begins with the next frame', async () => {
  const fixture = new RecorderFixture({ dir: folder, record: false })
  const publication = fixture.publish('live/test')
  for (let time = 0; time < 500; time += 20) publication.write(audioFrame(time))
  assert.ok(fixture.recorder.start('live/test').ok)
  for (let time = 500; time < 600; time += 20) publication.write(audioFrame(time))
  const stopped = await fixture.recorder.stop('live/test')
  assert.ok(stopped.ok)
  assert.equal(stopped.recording.duration, 100)
})

test('recorder: a stop is for the present publisher; the next is recorded as the configuration says', async () => {
  const fixture = new RecorderFixture({ dir: folder })
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
  const fixture = new RecorderFixture({ dir: folder, record: false, disk: smallDisk(100) })
  assert.deepEqual(fixture.recorder.start('live/test'), { ok: false, reason: 'not-live' })
  const publication = fixture.publish('live/test')
  assert.ok(fixture.recorder.start('live/test').ok)
  publication.write(videoFrame(0, true))
  const message = 'the disk is full'
  assert.deepEqual(await fixture.recorder.stop('live/test'), { ok: false, reason: 'failed', message })
})

test('recorder: what the configuration says otherwise holds for who publishes now, and what was asked for stays', async () => {
  const fixture = new RecorderFixture({ dir: folder, record: false })
  const { recorder, settings } = fixture
  const [first, second] = ['live/a', 'live/b'].map(name => fixture.publish(name))
  const change = (record: boolean): void => {
    fixture.settings = { ...settings, record }
    recorder.applySettings()
  }
  const recorded = (): readonly string[] => recorder.list().map(({ stream }) => stream)
  assert.ok(first && second && recorder.start('live/a').ok)
  change(false)
  assert.deepEqual(recorded(), ['live/a'])
  change(true)
  assert.deepEqual(recorded(), ['live/a', 'live/b'])
  for (const publication of [first, second]) fixture.stream(publication, 0, 1)
  await recorder.stop('live/a')
  change(true)
  assert.deepEqual(recorded(), ['live/b'])
  change(false)
  assert.deepEqual(recorded(), [])
  assert.equal((await fixture.event('recording.stopped')).reason, 'requested')
  assert.ok(first.isOpen && second.isOpen)
})

import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { RecorderFixture, untilDefined, videoTimes } from '../../test/support/recorder-fixture.ts'
import { videoFrame } from '../../test/support/sample-frames.ts'
import { smallDisk } from '../../test/support/small-disk.ts'
import { type Disk, machineDisk } from './file-writer.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-recorder-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('recorder: a slow disk costs frames up to a key frame, and nobody else notices', async () => {
  const gate = Promise.withResolvers<void>()
  const fixture = new RecorderFixture({ dir: folder, disk: gatedDisk(gate.promise) })
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 10)
  gate.resolve()
  await untilDefined(() => (fixture.recorder.totals.framesDropped > 0 ? true : undefined))
  fixture.stream(publication, 10, 1)
  publication.close()
  const { file } = await fixture.event('recording.stopped')
  const times = await videoTimes(file)
  const gap = times.findIndex((time, i) => time - (times[i - 1] ?? time) > 100)
  assert.ok(gap > 0, `no gap in ${times.join(', ')}`)
  assert.equal((times[gap] ?? 0) % 1000, 0)
  assert.equal(times.at(-1), 10_900)
  assert.equal(fixture.recorder.totals.framesDropped, 110 - times.length)
})

test('recorder: frames that a stalled disk has kept out of the file when the publisher leaves are counted', async () => {
  const gate = Promise.withResolvers<void>()
  const fixture = new RecorderFixture({ dir: folder, disk: gatedDisk(gate.promise) })
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 10)
  publication.close()
  gate.resolve()
  const { file } = await fixture.event('recording.stopped')
  const times = await videoTimes(file)
  assert.ok(times.length < 100)
  assert.equal(fixture.recorder.totals.framesDropped, 100 - times.length)
})

test('recorder: a full disk ends that recording, with a file that plays, and the next publication is tried again', async () => {
  const fixture = new RecorderFixture({ dir: folder, disk: smallDisk(60_000) })
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
  const fixture = new RecorderFixture({ dir: join(file, 'recordings') })
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
  const fixture = new RecorderFixture({ dir: folder })
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 1)
  const { file } = await fixture.event('recording.started')
  await unlink(file)
  fixture.stream(publication, 1, 1)
  const failed = fixture.event('recording.failed')
  publication.close()
  assert.equal((await failed).reason, 'the file was removed')
})

/** A disk whose files take nothing until `gate` resolves. */
function gatedDisk(gate: Promise<void>): Disk {
  return { ...machineDisk, open: (path, flags) => gate.then(() => machineDisk.open(path, flags)) }
}

import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import type { PlacedFrame } from '../contracts/wire-format.ts'
import { tagTime } from '../formats/flv/frame-to-tag.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import type { FileFormat, FileStart } from './file-format.ts'
import { FileWriter, machineDisk } from './file-writer.ts'
import { NothingToRecordError, SegmentWriter, type SegmentWriterOptions } from './segment-writer.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-segments-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Writes a line per frame, and takes no track that it did not begin with. */
const linesFormat: FileFormat = {
  name: 'Lines',
  extension: '.txt',
  carries: ({ codec }) => codec !== 'vp9',
  open: ({ tracks, timeline }) => {
    const head = `?? ${tracks.map(describe).join(' ')}\n`
    let hasHead = false
    return {
      accepts: () => false,
      write: frames => {
        const lines = frames.map(placed => `${describe(placed.frame.track)} ${timeline.timeOf(placed)}\n`)
        const append = Buffer.from((hasHead ? '' : head) + lines.join(''))
        hasHead = true
        return { append, patches: [] }
      },
      finish: () => ({
        append: Buffer.from(`end ${timeline.duration}\n`),
        patches: [{ at: 0, bytes: Buffer.from('ok') }],
      }),
    }
  },
}

function describe({ id, generation }: Track): string {
  return `${id}.${generation}`
}

function place(frame: Frame, tracks: readonly Track[], isJoinPoint = frame.track.kind === 'video'): PlacedFrame {
  return { frame, time: tagTime(frame), isJoinPoint, tracks }
}

class Fixture {
  readonly notes: string[] = []
  readonly writer: SegmentWriter

  constructor(options: Partial<SegmentWriterOptions> = {}) {
    const { notes } = this
    const nameOf = (number: number, extension: string): string => join(folder, `${number}${extension}`)
    this.writer = new SegmentWriter({
      limits: { duration: 0, maxSize: 0 },
      chooseFormat: () => linesFormat,
      createFile: (extension, number) => FileWriter.create(() => nameOf(number, extension), machineDisk),
      onStart: () => notes.push('start'),
      onComplete: ({ duration }) => notes.push(`complete ${duration}`),
      onLeftOut: ({ codecLabel }, { name }) => notes.push(`${codecLabel} not in ${name}`),
      ...options,
    })
  }

  async writeAll(frames: readonly PlacedFrame[]): Promise<void> {
    let left = frames
    while (left.length > 0) left = await this.writer.write(left)
    await this.writer.finish()
  }
}

const files = async (): Promise<string[]> =>
  Promise.all((await readdir(folder)).sort().map(name => readFile(join(folder, name), 'utf8')))

const both = [videoTrack, audioTrack]

test('segments: a file begins with the tracks of its first frames, at the earliest of their times', async () => {
  const fixture = new Fixture()
  await fixture.writeAll([
    place(videoFrame(5010, true), [videoTrack]),
    place(audioFrame(5000), both),
    place(audioFrame(5020), both),
  ])
  assert.deepEqual(await files(), ['ok 0.0 1.0\n0.0 10\n1.0 0\n1.0 20\nend 40\n'])
  assert.deepEqual(fixture.notes, ['start', 'complete 40'])
})

test('segments: a configuration that the file cannot go on with begins the next one, without a lost frame', async () => {
  const changed: Track = { ...videoTrack, generation: 1 }
  const fixture = new Fixture()
  await fixture.writeAll([
    place(videoFrame(0, true), both),
    place(audioFrame(10), both),
    place(videoFrame(40, true, 1, 0, changed), [changed, audioTrack]),
    place(audioFrame(33), [changed, audioTrack]),
  ])
  assert.deepEqual(await files(), ['ok 0.0 1.0\n0.0 0\n1.0 10\nend 10\n', 'ok 0.1 1.0\n0.1 7\n1.0 0\nend 7\n'])
  assert.deepEqual(fixture.notes, ['start', 'complete 10', 'complete 7'])
  assert.deepEqual([fixture.writer.count, fixture.writer.duration], [2, 17])
})

test('segments: a track without a place in the container is left out, and that is said once', async () => {
  const vp9: Track = { ...videoTrack, codec: 'vp9', codecLabel: 'VP9' }
  const data: Track = { ...videoTrack, id: 2, kind: 'data', codec: 'amf0' }
  const tracks = [vp9, audioTrack, data]
  const fixture = new Fixture()
  await fixture.writeAll([
    place(videoFrame(0, true, 1, 0, vp9), tracks),
    place(audioFrame(0), tracks),
    place(videoFrame(40, true, 1, 0, vp9), [{ ...vp9 }, audioTrack, data]),
  ])
  assert.deepEqual(await files(), ['ok 1.0 2.0\n1.0 0\nend 0\n'])
  assert.deepEqual(fixture.notes, ['start', 'VP9 not in Lines', 'complete 0'])
})

test('segments: a track that only its frames tell begins the next file when the first of them comes late', async () => {
  const format: FileFormat = { ...linesFormat, isToldByFrames: ({ codec }) => codec === 'ac3' }
  const ac3: Track = { ...audioTrack, codec: 'ac3' }
  const tracks = [videoTrack, ac3]
  const fixture = new Fixture({ chooseFormat: () => format })
  const [first, ...later] = [videoFrame(0, true), audioFrame(20, 1, 0, ac3), videoFrame(40, false)].map(frame => {
    return place(frame, tracks)
  })
  assert.ok(first !== undefined)
  assert.deepEqual(await fixture.writer.write([first]), [])
  await fixture.writeAll(later)
  assert.deepEqual(await files(), ['ok 0.0\n0.0 0\nend 0\n', 'ok 0.0 1.0\n1.0 0\n0.0 20\nend 20\n'])
  assert.deepEqual(fixture.notes, ['start', 'complete 0', 'complete 20'])
})

test('segments: nothing that the container can carry is an error that says so, and leaves no file', async () => {
  const vp9: Track = { ...videoTrack, codec: 'vp9', codecLabel: 'VP9' }
  const { writer } = new Fixture()
  await assert.rejects(writer.write([place(videoFrame(0, true, 1, 0, vp9), [vp9])]), (error: unknown) => {
    assert.ok(error instanceof NothingToRecordError)
    assert.equal(error.message, 'Lines cannot carry VP9')
    return true
  })
  await writer.abandon()
  assert.deepEqual(await readdir(folder), [])
})

test('segments: the container is asked for with all tracks of the beginning', async () => {
  const asked: string[] = []
  const chooseFormat = (tracks: FileStart['tracks']): FileFormat => {
    asked.push(tracks.map(describe).join(' '))
    return linesFormat
  }
  const fixture = new Fixture({ chooseFormat })
  await fixture.writeAll([place(audioFrame(0), [audioTrack]), place(videoFrame(0, true), both)])
  assert.deepEqual(asked, ['0.0 1.0'])
})

test('segments: files are cut at key frames, each from 0 on, and sound stays with its picture', async () => {
  const fixture = new Fixture({ limits: { duration: 1000, maxSize: 0 } })
  await fixture.writeAll(
    [videoFrame(500, true), audioFrame(510), videoFrame(1000, false), audioFrame(1490), videoFrame(1500, true)]
      .concat([audioFrame(1480), videoFrame(2000, false), videoFrame(2500, true), audioFrame(2510)])
      .map(frame => place(frame, both, frame.track.kind === 'video' && frame.isKey)),
  )
  assert.deepEqual(await files(), [
    'ok 0.0 1.0\n0.0 0\n1.0 10\n0.0 500\n1.0 990\nend 1970\n',
    'ok 0.0 1.0\n0.0 20\n1.0 0\n0.0 520\nend 1020\n',
    'ok 0.0 1.0\n0.0 0\n1.0 10\nend 10\n',
  ])
})

import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ebml, hexText, openEbml } from '../../test/support/ebml.ts'
import { publishSettingsOfAll } from '../../test/support/path-settings.ts'
import { readTsFixture, splitPackets } from '../../test/support/ts-fixture.ts'
import type { FrameTarget } from '../contracts/frame-target.ts'
import { ProtocolError } from '../core/errors.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import { BytesToFrames } from './bytes-to-frames.ts'

const clip = readTsFixture('h264-aac')
const settings = publishSettingsOfAll({}).general

class Target implements FrameTarget {
  readonly continuesFrom: number | undefined
  readonly frames: Frame[] = []
  readonly tracks: Track[] = []
  encoder: string | undefined
  announcesPictures = false

  constructor(continuesFrom?: number) {
    this.continuesFrom = continuesFrom
  }

  declare(track: Track): void {
    this.tracks.push(track)
  }

  write(frame: Frame): void {
    this.frames.push(frame)
  }
}

function publish(target: Target, changes: Partial<typeof settings> = {}): Target {
  const frames = new BytesToFrames({
    settings: { ...settings, ...changes },
    openTarget: () => target,
    onLeftOut: () => undefined,
  })
  for (let at = 0; at < clip.length; at += 1316) frames.write(clip.subarray(at, at + 1316))
  frames.flush()
  return target
}

test('bytes to frames: tracks are declared and all frames written, the last ones with the end', () => {
  const { frames, tracks } = publish(new Target())
  assert.equal(frames.length, 70)
  assert.deepEqual(tracks.at(-1)?.codec, 'aac')
  assert.equal(frames[0]?.dts, 126_000)
})

test('bytes to frames: pictures are announced by the map of the program, before one can be decoded', () => {
  const target = new Target()
  const packets = splitPackets(clip)
  const isMap = (packet: Buffer): boolean => (packet.readUInt16BE(1) & 0x1fff) === 0x1000
  const frames = new BytesToFrames({ settings, openTarget: () => target, onLeftOut: () => undefined })
  for (const packet of packets.slice(0, packets.findIndex(isMap))) frames.write(packet)
  assert.equal(target.announcesPictures, false)
  frames.write(packets.find(isMap) ?? assert.fail())
  assert.equal(target.announcesPictures, true)
  assert.deepEqual(target.tracks, [])
})

test('bytes to frames: a publisher that comes back goes on behind what was there', () => {
  const { frames } = publish(new Target(60_000))
  assert.equal(Math.min(...frames.map(({ dts }) => dts)), 60_001 * 90)
  const of = (kind: string): number => frames.find(({ track }) => track.kind === kind)?.dts ?? 0
  assert.equal(of('audio') - of('video'), 5280)
})

test('bytes to frames: frames can be put into the order of their times', () => {
  const { frames } = publish(new Target(), { interleaveWindow: 1000 })
  const times = frames.map(({ dts }) => dts)
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  )
  assert.equal(frames.length, 70)
})

test('bytes to frames: nothing is opened before there is media', () => {
  let opened = 0
  const frames = new BytesToFrames({
    settings,
    openTarget: () => {
      opened++
      return undefined
    },
    onLeftOut: () => undefined,
  })
  frames.write(Buffer.alloc(5000, 7))
  assert.equal(opened, 0)
  frames.write(clip)
  frames.write(clip)
  assert.equal(opened, 1)
})

const document = Buffer.concat([
  ebml('1a45dfa3', ebml('4282', hexText('webm'))),
  openEbml('18538067'),
  ebml(
    '1654ae6b',
    ebml('ae', ebml('d7', '01'), ebml('83', '01'), ebml('86', hexText('V_VP8'))),
    ebml('ae', ebml('d7', '02'), ebml('83', '02'), ebml('86', hexText('A_VORBIS'))),
  ),
])
const cluster = (time: string): Buffer =>
  Buffer.concat([
    ...[openEbml('1f43b675'), ebml('e7', time)],
    ...[ebml('a3', `81 0000 80 ${'01'.repeat(30)}`), ebml('a3', `81 0028 00 ${'02'.repeat(30)}`)],
  ])

function listed({ frames }: Target): readonly string[] {
  return frames.map(({ track, dts, isKey }) => `${track.codec} ${dts}${isKey ? ' key' : ''}`)
}

test('bytes to frames: Matroska is told by its first bytes, in pieces of any size, and goes on behind what was there', () => {
  for (const [continuesFrom, times] of [
    [undefined, ['vp8 1000 key', 'vp8 1040']],
    [60_000, ['vp8 60001 key', 'vp8 60041']],
  ] as const) {
    for (const size of [1, 7, 1316]) {
      const target = new Target(continuesFrom)
      const leftOut: string[] = []
      const frames = new BytesToFrames({
        settings,
        openTarget: () => target,
        onLeftOut: sentence => void leftOut.push(sentence),
      })
      const bytes = Buffer.concat([document, cluster('03e8')])
      for (let at = 0; at < bytes.length; at += size) frames.write(bytes.subarray(at, at + size))
      frames.flush()
      assert.deepEqual(listed(target), times)
      assert.deepEqual(target.tracks.at(-1)?.codec, 'vp8')
      assert.deepEqual(leftOut, ['Track 2 is left out: A_VORBIS is not carried'])
    }
  }
})

test('bytes to frames: Matroska with a hole goes on with the next Cluster', () => {
  const target = new Target()
  const frames = new BytesToFrames({ settings, openTarget: () => target, onLeftOut: () => undefined })
  frames.write(Buffer.concat([document, cluster('03e8')]).subarray(0, -20))
  frames.lost()
  frames.write(Buffer.concat([cluster('07d0').subarray(-15), cluster('0bb8')]))
  frames.flush()
  assert.deepEqual(listed(target), ['vp8 1000 key', 'vp8 3000 key', 'vp8 3040'])
  assert.deepEqual(frames.faults, {
    ...{ continuityErrors: 0, transportErrors: 0, scrambledPackets: 0, damagedUnits: 1 },
    skippedBytes: 14 + 15,
  })
})

for (const [container, head] of [
  ['flv', '464c560105000000'],
  ['mp4', '0000001c66747970'],
] as const) {
  test(`bytes to frames: ${container} is refused in words`, () => {
    const frames = new BytesToFrames({ settings, openTarget: () => undefined, onLeftOut: () => undefined })
    const says = `Cannot receive a stream: it is MPEG-TS or Matroska, is ${container}`
    const isRefusal = (error: unknown): boolean =>
      error instanceof ProtocolError && error.fault === 'unsupported' && error.message === says
    assert.throws(() => frames.write(Buffer.from(head, 'hex')), isRefusal)
  })
}

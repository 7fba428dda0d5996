import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioTrack, videoTrack } from '../../../test/support/sample-frames.ts'
import type { RecordFlags, WireMuxer, WireWriter } from '../../contracts/wire-format.ts'
import { undeclaredProfile } from '../../formats/flv/flv-profile.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { rtmpWireFormat } from './wire-format.ts'

type WrittenRecord = { readonly hex: string; readonly time: number; readonly tag: number; readonly flags: RecordFlags }

class RecordList implements WireWriter {
  bytes = new Uint8Array(0)
  readonly records: WrittenRecord[] = []

  reserve(size: number): number {
    this.bytes = new Uint8Array(size)
    return 0
  }

  commit(time: number, tag: number, flags: RecordFlags): void {
    this.records.push({ hex: Buffer.from(this.bytes).toString('hex'), time, tag, flags })
  }
}

function setUp(chunkSize = 128): { out: RecordList; muxer: WireMuxer } {
  const out = new RecordList()
  return { out, muxer: rtmpWireFormat(chunkSize, undeclaredProfile).createMuxer(out) }
}

const both = [videoTrack, audioTrack]

function video(dts: number, isKey: boolean, payload: Uint8Array, pts = dts): Frame {
  return { track: videoTrack, dts, pts, isKey, payload }
}

function audio(dts: number, payload: Uint8Array, track: Track = audioTrack): Frame {
  return { track, dts, pts: dts, isKey: true, payload }
}

function write(muxer: WireMuxer, frame: Frame, isJoinPoint = false, tracks: readonly Track[] = both): void {
  muxer.write({ frame, time: frame.dts as number, isJoinPoint, tracks })
}

/** The expected bytes are worked out by hand from RTMP 1.0 §5.3.1 and FLV 10.1 §E.4. */
test('rtmp wire: type 1 headers carry the distance to the message before on the same chunk stream', () => {
  const { out, muxer } = setUp()
  write(muxer, video(1000, true, Uint8Array.of(0xaa), 1080), true)
  write(muxer, audio(1010, Uint8Array.of(0xbb)))
  write(muxer, video(1040, false, Uint8Array.of(0xcc, 0xdd)))
  write(muxer, audio(1033, Uint8Array.of(0xee)))
  assert.deepEqual(
    out.records.map(record => record.hex),
    [
      '46 000000 000006 09 17 01 000050 aa',
      '44 000000 000003 08 af 01 bb',
      '46 000028 000007 09 27 01 000000 ccdd',
      '44 000017 000003 08 af 01 ee',
    ].map(hex => hex.replaceAll(' ', '')),
  )
  assert.deepEqual(
    out.records.map(record => record.tag),
    [6, 4, 6, 4],
  )
})

test('rtmp wire: the first message of a chunk stream is a restart, the next ones are shared', () => {
  const { out, muxer } = setUp()
  write(muxer, video(0, true, Uint8Array.of(1)), true)
  write(muxer, audio(0, Uint8Array.of(2)))
  write(muxer, video(40, true, Uint8Array.of(3)), true)
  assert.deepEqual(
    out.records.map(record => record.flags),
    [
      { isJoinPoint: true, isRestart: true },
      { isJoinPoint: false, isRestart: true },
      { isJoinPoint: true, isRestart: false },
    ],
  )
})

test('rtmp wire: a message longer than a chunk is cut with type 3 headers, its head included in the count', () => {
  const { out, muxer } = setUp()
  const payload = Uint8Array.from({ length: 260 }, (_, i) => i & 0x7f)
  write(muxer, video(0, true, payload), true)
  const bytes = Buffer.from(out.records[0]?.hex ?? '', 'hex')
  assert.equal(bytes.length, 8 + 5 + 260 + 2)
  assert.equal(bytes.readUIntBE(4, 3), 265)
  assert.equal(bytes[8 + 128], 0xc6)
  assert.equal(bytes[8 + 128 + 1 + 128], 0xc6)
  const body = Buffer.concat([bytes.subarray(8, 136), bytes.subarray(137, 265), bytes.subarray(266)])
  assert.deepEqual(body.subarray(5), Buffer.from(payload))
})

test('rtmp wire: a message of exactly one chunk has no type 3 header', () => {
  const { out, muxer } = setUp()
  write(muxer, audio(0, new Uint8Array(126)))
  assert.equal((out.records[0]?.hex.length ?? 0) / 2, 8 + 128)
})

test('rtmp wire: time that goes back, and a distance beyond 24 bits, are restarts', () => {
  const { out, muxer } = setUp()
  for (const dts of [1000, 900, 940, 940 + 0xfffffe, 940 + 2 * 0xfffffe + 1]) {
    write(muxer, video(dts, false, Uint8Array.of(1)))
  }
  assert.deepEqual(
    out.records.map(record => record.flags.isRestart),
    [true, true, false, false, true],
  )
})

test('rtmp wire: a new configuration is announced before its first frame, an unchanged one is not', () => {
  const { out, muxer } = setUp()
  const changed: Track = { ...audioTrack, generation: 1, config: Uint8Array.of(0x11, 0x90) }
  write(muxer, video(0, true, Uint8Array.of(1)), true)
  write(muxer, audio(0, Uint8Array.of(2)))
  write(muxer, audio(23, Uint8Array.of(3), changed), false, [videoTrack, changed])
  assert.deepEqual(
    out.records.slice(2).map(record => record.hex),
    ['4400001700000408af001190', '4400000000000308af0103'],
  )
})

test('rtmp wire: a track that comes late is announced, and opens its chunk stream', () => {
  const { out, muxer } = setUp()
  write(muxer, video(0, true, Uint8Array.of(1)), true, [videoTrack])
  write(muxer, audio(500, Uint8Array.of(2)))
  assert.deepEqual(
    out.records.slice(1).map(record => [record.hex.slice(16), record.flags.isRestart]),
    [
      ['af001210', true],
      ['af0102', false],
    ],
  )
})

test('rtmp wire: a codec that the players do not know is left out, and they start at the next frame that is not', () => {
  const out = new RecordList()
  const profile = { ...undeclaredProfile, name: 'sound', legacy: new Set(['aac'] as const), fourCcs: new Set<never>() }
  const muxer = rtmpWireFormat(128, profile).createMuxer(out)
  write(muxer, video(0, true, Uint8Array.of(1)), true)
  write(muxer, video(40, false, Uint8Array.of(1)))
  write(muxer, audio(50, Uint8Array.of(2)))
  write(muxer, audio(70, Uint8Array.of(2)))
  assert.deepEqual(
    out.records.map(({ time, flags }) => [time, flags.isJoinPoint]),
    [
      [50, true],
      [70, false],
    ],
  )
})

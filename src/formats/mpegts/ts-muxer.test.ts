import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioTrack, videoTrack } from '../../../test/support/sample-frames.ts'
import {
  continuityErrors,
  longestDistance,
  pesTimes,
  type TsPacket,
  tsPackets,
} from '../../../test/support/ts-packets.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { tsCarries } from './elementary-stream.ts'
import { decodeDelay } from './program-clock.ts'
import { type PacketOutput, TsMuxer } from './ts-muxer.ts'

/** MPEG-1 layer III, 128 kbit/s, 48 kHz, stereo: 384 bytes, 24 ms. ISO/IEC 11172-3 §2.4.1.3. */
const mp3Frame = Buffer.concat([Buffer.from('fffb9404', 'hex'), Buffer.alloc(380)])
const mp3Track: Track = { ...audioTrack, codec: 'mp3', config: undefined }
const both = [videoTrack, mp3Track]

type Unit = { readonly packets: readonly TsPacket[]; readonly time: number; readonly isJoinPoint: boolean }

/** Keeps what a muxer commits; every unit in a block of its own. */
class Units implements PacketOutput {
  bytes = new Uint8Array()
  readonly list: Unit[] = []

  reserve(size: number): number {
    this.bytes = new Uint8Array(size)
    return 0
  }

  commit(time: number, isJoinPoint: boolean): void {
    this.list.push({ packets: tsPackets(this.bytes), time, isJoinPoint })
  }

  get packets(): readonly TsPacket[] {
    return this.list.flatMap(({ packets }) => packets)
  }

  get pids(): readonly (readonly number[])[] {
    return this.list.map(({ packets }) => packets.map(({ pid }) => pid))
  }
}

const picture = (dts: number, isKey = false, size = 10): Frame => {
  const payload = new Uint8Array(4 + size)
  new DataView(payload.buffer).setUint32(0, size)
  payload[4] = 0x41
  return { track: videoTrack, dts, pts: dts, isKey, payload }
}
const sound = (dts: number, track = mp3Track): Frame => ({ track, dts, pts: dts, isKey: true, payload: mp3Frame })

function mux(
  frames: readonly Frame[],
  options = { audioPacking: 0, origin: 0 },
  tracks: readonly Track[] = both,
): Units {
  const units = new Units()
  const muxer = new TsMuxer(units, options)
  for (const frame of frames) {
    muxer.write({ frame, isJoinPoint: frame.isKey && frame.track.kind === 'video', tracks })
  }
  muxer.flush()
  return units
}

test('ts muxer: a key frame comes behind the tables, with clock and random access', () => {
  const { list, pids } = mux([picture(1000, true)])
  assert.deepEqual(pids, [[0, 0x1000, 0x100]])
  assert.equal(list[0]?.packets[2]?.pcr, 90_000)
  assert.equal(list[0].packets[2].randomAccess, true)
  assert.deepEqual([list[0].time, list[0].isJoinPoint], [90_000, true])
  assert.deepEqual(pesTimes(list[0].packets, 0x100)[0]?.dts, 90_000 + decodeDelay)
})

test('ts muxer: begins with tables and clock even where sound comes first', () => {
  const { pids, list } = mux([sound(0), picture(10, true)])
  assert.deepEqual(pids, [
    [0, 0x1000, 0x100],
    [0x101, 0x101, 0x101],
    [0, 0x1000, 0x100],
  ])
  assert.equal(list[0]?.packets[2]?.payload, undefined)
})

test('ts muxer: slow pictures do not slow down clock and tables', () => {
  const { packets } = mux([0, 200, 400, 600].map(dts => picture(dts, dts === 0)))
  assert.ok(longestDistance(packets, ({ pcr }) => pcr !== undefined) <= 40)
  assert.ok(longestDistance(packets, ({ pid }) => pid === 0) <= 100)
  assert.deepEqual(continuityErrors(packets), [])
})

test('ts muxer: a pause of more than a second is not filled', () => {
  const { packets } = mux([picture(0, true), picture(60_000)])
  assert.equal(packets.filter(({ pcr }) => pcr !== undefined).length, 2)
})

test('ts muxer: sound alone has a clock and tables, too', () => {
  const { packets } = mux(
    Array.from({ length: 20 }, (_, number) => sound(24 * number)),
    { audioPacking: 5400, origin: 0 },
    [mp3Track],
  )
  assert.ok(longestDistance(packets, ({ pcr }) => pcr !== undefined) <= 40)
  assert.ok(longestDistance(packets, ({ pid }) => pid === 0x1000) <= 100)
  assert.deepEqual(continuityErrors(packets), [])
})

test('ts muxer: a jump of the clock is announced, and a clock is told once', () => {
  const { packets } = mux([picture(0, true), sound(0), picture(40), picture(60_000), picture(60_000)])
  const clocks = packets.filter(({ pcr }) => pcr !== undefined)
  assert.deepEqual(
    clocks.map(({ pcr = 0, discontinuity }) => [pcr / 90, discontinuity]),
    [
      [0, false],
      [40, false],
      [60_000, true],
    ],
  )
  assert.ok(packets.every(({ pcr, discontinuity }) => pcr !== undefined || !discontinuity))
})

test('ts muxer: what lags behind by up to 0.8 s is told before it is to be decoded', () => {
  for (const lag of [0, 300, 340, 600, 800]) {
    const frames = Array.from({ length: 100 }, (_, number) => [
      picture(1000 + 40 * number, number % 25 === 0),
      ...(1000 + 40 * number < lag ? [] : [sound(1000 + 40 * number - lag)]),
    ]).flat()
    const { packets } = mux(frames, { audioPacking: 5400, origin: 0 })
    assert.ok(longestDistance(packets, ({ pcr }) => pcr !== undefined) <= 40)
    let clock: number | undefined
    let late = 0
    // The first sound that lags comes as a surprise.
    for (const packet of packets.slice(packets.length / 10)) {
      clock = packet.pcr ?? clock
      if (clock === undefined) continue
      if (packet.payloadUnitStart && packet.pid >= 0x100 && packet.pid < 0x1000) {
        const dts = pesTimes([packet], packet.pid)[0]?.dts ?? 0
        if (dts < clock) late++
        assert.ok(dts - clock <= 90_000, `${dts - clock}`)
      }
    }
    assert.equal(late, 0, `lag of ${lag} ms`)
  }
})

test('ts muxer: sound waits for more of it, up to the limit', () => {
  const frames = [0, 24, 48, 72, 96, 120].map(dts => sound(dts))
  const { packets } = mux(frames, { audioPacking: 9000, origin: 0 }, [mp3Track])
  const times = pesTimes(packets, 0x101)
  assert.deepEqual(
    times.map(({ pts, length }) => [pts - decodeDelay, length]),
    [
      [0, 4 * 384 + 8],
      [96 * 90, 2 * 384 + 8],
    ],
  )
})

test('ts muxer: sound that is not where a decoder expects it begins a PES packet', () => {
  // 1 ms is rounding, 5 ms is a gap.
  const { packets } = mux(
    [0, 25, 53].map(dts => sound(dts)),
    { audioPacking: 9000, origin: 0 },
    [mp3Track],
  )
  assert.deepEqual(
    pesTimes(packets, 0x101).map(({ pts }) => pts - decodeDelay),
    [0, 53 * 90],
  )
})

test('ts muxer: sound waits neither beyond a key frame nor for a sound that does not come', () => {
  const packing = { audioPacking: 9000, origin: 0 }
  const key = mux([picture(0, true), sound(10), picture(40, true)], packing)
  assert.deepEqual(
    key.list.filter(({ packets }) => packets.some(({ payload }) => payload !== undefined)).map(({ time }) => time / 90),
    [0, 10, 40],
  )
  const lost = mux([picture(0, true), sound(0), picture(40), picture(80), picture(120)], packing)
  assert.deepEqual(
    lost.list.map(({ time }) => time / 90),
    [0, 40, 80, 0, 120],
  )
})

test('ts muxer: times go through the wrap of 33 bits', () => {
  const wrap = 2 ** 33 / 90
  const start = Math.floor(wrap - 700)
  const frames = Array.from({ length: 40 }, (_, number) => [
    { ...picture(start + 40 * number, number % 10 === 0), pts: start + 40 * number + 80 },
    sound(start + 40 * number + 7),
  ]).flat()
  const { packets } = mux(frames)
  assert.deepEqual(continuityErrors(packets), [])
  assert.ok(longestDistance(packets, ({ pcr }) => pcr !== undefined) <= 40)
  const times = pesTimes(packets, 0x100)
  assert.deepEqual(
    times.map(({ dts }) => dts),
    times.map((_, number) => (start + 40 * number) * 90 + decodeDelay).map(time => time % 2 ** 33),
  )
  assert.ok(times.every(({ pts, dts }) => (pts - dts + 2 ** 33) % 2 ** 33 === 80 * 90))
})

test('ts muxer: a file begins at 0', () => {
  const { list } = mux([picture(5000, true)], { audioPacking: 0, origin: 5000 * 90 })
  assert.equal(list[0]?.packets[2]?.pcr, 0)
  assert.equal(pesTimes(list[0].packets, 0x100)[0]?.dts, decodeDelay)
  assert.equal(list[0].time, 450_000)
})

test('ts muxer: a track that comes later is in the next tables, counters go on', () => {
  const units = new Units()
  const muxer = new TsMuxer(units, { audioPacking: 0, origin: 0 })
  muxer.write({ frame: picture(0, true), isJoinPoint: true, tracks: [videoTrack] })
  muxer.write({ frame: picture(20), isJoinPoint: false, tracks: both })
  const changed = { ...videoTrack, generation: 1 }
  muxer.write({ frame: { ...picture(30), track: changed }, isJoinPoint: false, tracks: [changed, mp3Track] })
  assert.deepEqual(units.pids, [[0, 0x1000, 0x100], [0, 0x1000, 0x100], [0x100]])
  const versions = units.packets
    .filter(({ pid }) => pid === 0x1000)
    .map(({ payload }) => ((payload?.[6] ?? 0) >> 1) & 0x1f)
  assert.deepEqual(versions, [0, 1])
  assert.deepEqual(continuityErrors(units.packets), [])
})

test('ts muxer: a track that returns goes on counting', () => {
  const units = new Units()
  const muxer = new TsMuxer(units, { audioPacking: 0, origin: 0 })
  const [returned, later] = [{ ...videoTrack }, { ...mp3Track }]
  const steps: readonly (readonly [Frame, readonly Track[]])[] = [
    [picture(0, true), both],
    [sound(10), both],
    [{ ...picture(20, true), track: returned }, [returned]],
    [sound(30, later), [returned, later]],
  ]
  for (const [frame, tracks] of steps) muxer.write({ frame, isJoinPoint: false, tracks })
  assert.equal(pesTimes(units.packets, 0x101).length, 2)
  assert.deepEqual(continuityErrors(units.packets), [])
})

test('ts muxer: a PID has one codec, for players that look at its type once', () => {
  const units = new Units()
  const muxer = new TsMuxer(units, { audioPacking: 0, origin: 0 })
  const [video, audio] = [
    { ...videoTrack, id: 1 },
    { ...mp3Track, id: 0 },
  ]
  const steps: readonly (readonly [Frame, readonly Track[]])[] = [
    [picture(0, true), both],
    [sound(10), both],
    [{ ...picture(20, true), track: video }, [audio, video]],
    [sound(30, audio), [audio, video]],
    [picture(40, true), both],
    [sound(50), both],
  ]
  for (const [frame, tracks] of steps) muxer.write({ frame, isJoinPoint: false, tracks })
  const started = units.packets.filter(({ pid, payloadUnitStart }) => payloadUnitStart && pid !== 0 && pid !== 0x1000)
  assert.deepEqual(
    started.map(({ pid }) => pid),
    [0x100, 0x101, 0x401, 0x400, 0x100, 0x101],
  )
  assert.deepEqual(continuityErrors(units.packets), [])
})

test('ts muxer: a malformed frame is left out and counted', () => {
  const units = new Units()
  const muxer = new TsMuxer(units, { audioPacking: 9000, origin: 0 })
  const broken: readonly Frame[] = [
    { ...picture(0, true), payload: Uint8Array.of(0, 0, 0, 9, 1) },
    { ...sound(0), payload: Uint8Array.of(1, 2, 3, 4) },
  ]
  for (const frame of broken) muxer.write({ frame, isJoinPoint: frame.track === videoTrack, tracks: both })
  muxer.flush()
  assert.equal(muxer.malformedFrames, 2)
  assert.deepEqual(units.list, [])
})

test('ts muxer: large pictures do not tell their length, small ones do', () => {
  const { packets } = mux([picture(0, true, 70_000), picture(40, false, 100)])
  // 8 bytes of PES header, 6 of delimiter, 4 of start code.
  assert.deepEqual(
    pesTimes(packets, 0x100).map(({ length }) => length),
    [0, 8 + 6 + 4 + 100],
  )
})

test('ts muxer: more tracks than a map can hold are left out', () => {
  for (const [language, left] of [
    [undefined, 201],
    ['deu', 91],
  ] as const) {
    const tracks = Array.from({ length: 300 }, (_, id): Track => ({ ...mp3Track, id, ...(language && { language }) }))
    const { packets } = mux([{ ...sound(0), track: tracks[0] ?? mp3Track }], undefined, tracks)
    // 1021 bytes of section: 9 around the body, 4 in front of the entries, 5 or 11 for each.
    const first = packets.find(({ pid }) => pid === 0x1000)?.payload ?? Buffer.alloc(4)
    assert.equal(((first.readUInt16BE(2) & 0xfff) - 13) / (language === undefined ? 5 : 11), left)
  }
})

test('ts muxer: carries what has a stream_type and a configuration', () => {
  const carried = ['mp3', 'ac3', 'eac3'] as const
  for (const codec of carried) assert.ok(tsCarries({ ...audioTrack, codec, config: undefined }), codec)
  assert.ok(tsCarries(videoTrack) && tsCarries(audioTrack))
  const opusHead = Buffer.from(`${Buffer.from('OpusHead').toString('hex')}0102380180bb0000000000`, 'hex')
  assert.ok(tsCarries({ ...audioTrack, codec: 'opus', config: opusHead }))

  for (const codec of ['vp8', 'vp9', 'av1', 'flv-video'] as const)
    assert.ok(!tsCarries({ ...videoTrack, codec }), codec)
  assert.ok(!tsCarries({ ...videoTrack, config: undefined }))
  assert.ok(!tsCarries({ ...videoTrack, config: Uint8Array.of(1, 2) }))
  // Channels by a program config element: ADTS has no words for them.
  assert.ok(!tsCarries({ ...audioTrack, config: Uint8Array.of(0x12, 0x00) }))
  for (const codec of ['klv', 'id3', 'scte35'] as const)
    assert.ok(tsCarries({ ...audioTrack, codec, kind: 'data' }), codec)
  assert.ok(!tsCarries({ ...audioTrack, codec: 'amf0', kind: 'data' }))
})

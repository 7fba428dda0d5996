import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioTrack, videoTrack } from '../../../test/support/sample-frames.ts'
import { seededRandom } from '../../../test/support/seeded-bytes.ts'
import {
  continuityErrors,
  longestDistance,
  pesTimes,
  type TsPacket,
  tsPackets,
} from '../../../test/support/ts-packets.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { ConstantRate } from './constant-rate.ts'
import type { PacketPlaces, TimedPackets } from './packet-places.ts'
import { type PacketOutput, TsMuxer } from './ts-muxer.ts'

const nullPid = 0x1fff
const videoPid = 0x100

/** MPEG-1 layer III, 128 kbit/s, 48 kHz, stereo: 384 bytes, 24 ms. ISO/IEC 11172-3 §2.4.1.3. */
const mp3Frame = Buffer.concat([Buffer.from('fffb9404', 'hex'), Buffer.alloc(380)])
const mp3Track: Track = { ...audioTrack, codec: 'mp3', config: undefined }

/** What the muxer commits, as units with times. */
class Units implements PacketOutput {
  bytes = new Uint8Array()
  readonly list: TimedPackets[] = []

  reserve(size: number): number {
    this.bytes = new Uint8Array(size)
    return 0
  }

  commit(time: number, isJoinPoint: boolean): void {
    const { bytes } = this
    this.list.push({ bytes, start: 0, end: bytes.length, time: Math.round(time / 90), isJoinPoint })
  }

  get packets(): readonly TsPacket[] {
    return this.list.flatMap(({ bytes }) => tsPackets(bytes))
  }
}

/** Keeps packets and the times at which they leave. */
class Line implements PacketPlaces {
  readonly bytes = new Uint8Array(32 * 1024 * 1024)
  readonly times: number[] = []

  place(time: number): number {
    this.times.push(time)
    return (this.times.length - 1) * 188
  }

  get packets(): readonly TsPacket[] {
    return tsPackets(this.bytes.subarray(0, this.times.length * 188))
  }
}

const random = seededRandom(7)

function picture(dts: number, isKey: boolean, size: number): Frame {
  const payload = new Uint8Array(4 + size)
  new DataView(payload.buffer).setUint32(0, size)
  payload[4] = isKey ? 0x65 : 0x41
  return { track: videoTrack, dts, pts: dts, isKey, payload }
}

/** Pictures of about 2 Mbit/s with a key frame of 60 kB each second, and sound of 128 kbit/s, from `start` on. */
function units(seconds: number, start = 0, ...more: readonly Frame[]): Units {
  const frames: Frame[] = [...more]
  for (let time = start; time < start + seconds * 1000; time += 40) {
    const isKey = (time - start) % 1000 === 0
    frames.push(picture(time, isKey, isKey ? 60_000 : Math.round(4000 + random() * 8000)))
  }
  for (let time = start; time < start + seconds * 1000; time += 24) {
    frames.push({ track: mp3Track, dts: time, pts: time, isKey: true, payload: mp3Frame })
  }
  const out = new Units()
  const muxer = new TsMuxer(out, { audioPacking: 5400, origin: 0 })
  const tracks = [videoTrack, mp3Track]
  for (const frame of frames.toSorted((a, b) => a.dts - b.dts)) {
    muxer.write({ frame, isJoinPoint: frame.isKey && frame.track === videoTrack, tracks })
  }
  muxer.flush()
  return out
}

function shape(list: readonly TimedPackets[], bitrate: number): { readonly line: Line; readonly rate: ConstantRate } {
  const line = new Line()
  const rate = new ConstantRate(line, bitrate)
  for (const unit of list) rate.write(unit)
  rate.flush()
  return { line, rate }
}

/** How far the PCRs are from the places of their packets, in ticks of 27 MHz, from one to the next. */
function pcrErrors(packets: readonly TsPacket[], bitrate: number): readonly number[] {
  const found = packets.flatMap(({ reference }, number) => (reference === undefined ? [] : [{ reference, number }]))
  return found.slice(1).map(({ reference, number }, index) => {
    const before = found[index] ?? assert.fail()
    const exact = ((number - before.number) * 188 * 8 * 27e6) / bitrate
    // It may go through 0.
    const distance = (reference - before.reference + 2 ** 33 * 300) % (2 ** 33 * 300)
    return distance - exact
  })
}

const contents = (packets: readonly TsPacket[]): Buffer =>
  Buffer.concat(packets.flatMap(({ pid, payload }) => (pid === nullPid || payload === undefined ? [] : [payload])))

for (const bitrate of [4_000_000, 6_000_000, 5_432_101]) {
  test(`constant rate: at ${bitrate} bit/s nothing is lost, and the PCR is right to the tick`, () => {
    const given = units(10)
    const { line, rate } = shape(given.list, bitrate)
    const { packets } = line
    assert.equal(rate.dropped, 0)
    assert.ok(contents(packets).equals(contents(given.packets)))
    assert.deepEqual(continuityErrors(packets.filter(({ pid }) => pid !== nullPid)), [])
    for (const error of pcrErrors(packets, bitrate)) assert.ok(Math.abs(error) <= 1, `${error} ticks of 27 MHz`)
    assert.ok(longestDistance(packets, ({ pcr }) => pcr !== undefined) <= 40)
    assert.ok(Math.abs(packets.length * 188 * 8 - 9.97 * bitrate) < 0.02 * bitrate, `${packets.length} packets`)
    for (const [number, time] of line.times.entries()) {
      assert.ok(Math.abs(time - (number * 188 * 8 * 1000) / bitrate) < 0.001)
    }
  })
}

test('constant rate: every access unit is there before it is decoded, and waits no longer than a second', () => {
  const bitrate = 4_000_000
  const { packets } = shape(units(10).list, bitrate).line
  const first = packets.findIndex(({ reference }) => reference !== undefined)
  const clockAt = (number: number): number =>
    (packets[first]?.reference ?? 0) / 300 - 2 ** 33 + ((number - first) * 188 * 8 * 90_000) / bitrate
  const times = pesTimes(packets, videoPid)
  const starts = packets.flatMap(({ pid, payloadUnitStart }, number) =>
    pid === videoPid && payloadUnitStart ? [number] : [],
  )
  for (const [index, { dts }] of times.entries()) {
    const end = packets.findLastIndex(({ pid }, number) => pid === videoPid && number < (starts[index + 1] ?? Infinity))
    assert.ok(dts - clockAt(starts[index] ?? 0) <= 90_000)
    assert.ok(dts - clockAt(end) > 0.3 * 90_000, `${(dts - clockAt(end)) / 90_000} s`)
  }
})

test('constant rate: more than the rate for long is left out up to the next key frame, and counted', () => {
  const given = units(20)
  const { line, rate } = shape(given.list, 1_500_000)
  assert.ok(rate.dropped > 50, `${rate.dropped}`)
  const times = pesTimes(line.packets, videoPid).map(({ dts }) => dts / 90 - 500)
  const gaps = times.filter((time, index) => index > 0 && time - (times[index - 1] ?? 0) > 40)
  assert.ok(gaps.length > 1)
  for (const time of gaps) assert.equal(time % 1000, 0)
  for (const error of pcrErrors(line.packets, 1_500_000)) assert.ok(Math.abs(error) <= 1)
})

test('constant rate: where the time jumps, the clock jumps with it and says so', () => {
  for (const start of [3_600_000, 100]) {
    const given = [...units(4, 60_000).list, ...units(4, start).list]
    const { line, rate } = shape(given, 6_000_000)
    const jumps = line.packets.filter(({ discontinuity }) => discontinuity)
    assert.equal(rate.dropped, 0)
    assert.equal(jumps.length, 1)
    assert.ok(Math.abs((jumps[0]?.pcr ?? 0) / 90 - (start - 500 + (start < 500 ? 2 ** 33 / 90 : 0))) < 20)
    assert.ok(Math.abs((line.times.at(-1) ?? 0) - 8000) < 200, `${line.times.at(-1)}`)
  }
})

test('constant rate: a pause is filled with null packets and PCRs', () => {
  const given = [...units(1).list, ...units(1, 1900).list]
  const { packets } = shape(given, 2_500_000).line
  assert.ok(longestDistance(packets, ({ pcr }) => pcr !== undefined) <= 40)
  assert.equal(packets.filter(({ discontinuity }) => discontinuity).length, 0)
})

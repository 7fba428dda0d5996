import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { gist, noFaults, ofKind, timesOf } from '../../../test/support/demuxed-frames.ts'
import { seededRandom } from '../../../test/support/seeded-bytes.ts'
import { createDemuxer, demux, isStart, pidOf, readTsFixture, splitPackets } from '../../../test/support/ts-fixture.ts'
import { keptTimes } from '../../media/timeline.ts'

const clip = readTsFixture('h264-aac')
const videoPid = 0x100
const audioPid = 0x101
const mapPid = 0x1000

test('ts damage: a lost packet costs its picture, and those up to the next key frame', () => {
  const packets = splitPackets(clip)
  const starts = packets.flatMap((packet, at) => (pidOf(packet) === videoPid && isStart(packet) ? [at] : []))
  const lost = starts[5] ?? 0
  const { demuxer, frames } = demux(Buffer.concat(packets.filter((_, at) => at !== lost)))
  const expected = [...Array(4).keys(), ...Array.from({ length: 12 }, (_, number) => 12 + number)]
  // The picture before the lost one does not tell its length: nobody knows where it ends.
  assert.deepEqual(
    timesOf(ofKind(frames, 'video')).map(dts => (dts - 126_000) / 3600),
    expected,
  )
  assert.equal(ofKind(frames, 'audio').length, 46)
  assert.equal(demuxer.faults.continuityErrors, 1)
  assert.equal(demuxer.faults.damagedUnits, 7)
})

test('ts damage: a damaged packet is a lost one', () => {
  const packets = splitPackets(clip)
  const at = packets.findIndex(packet => pidOf(packet) === audioPid)
  packets[at]?.writeUInt8(0x80 | (packets[at]?.readUInt8(1) ?? 0), 1)
  const { demuxer, frames } = demux(Buffer.concat(packets))
  assert.equal(demuxer.faults.transportErrors, 1)
  assert.ok(ofKind(frames, 'audio').length < 46)
  assert.equal(ofKind(frames, 'video').length, 24)
})

test('ts damage: copies and null packets say nothing, encrypted ones are counted', () => {
  const packets = splitPackets(clip)
  const nothing = Buffer.alloc(188, 0xff)
  nothing.writeUInt32BE(0x471fff10)
  const scrambled = Buffer.from(packets.find(packet => pidOf(packet) === videoPid && !isStart(packet)) ?? nothing)
  const { demuxer, frames } = demux(Buffer.concat(packets.flatMap(packet => [packet, packet, nothing])))
  assert.equal(frames.length, 70)
  assert.deepEqual(demuxer.faults, noFaults)

  scrambled.writeUInt8(0x80 | scrambled.readUInt8(3), 3)
  assert.equal(demux(Buffer.concat([...packets, scrambled])).demuxer.faults.scrambledPackets, 1)
})

test('ts damage: an announced jump of the counter is no error', () => {
  const packets = splitPackets(clip)
  const adaptation = Buffer.alloc(188, 0xff)
  Buffer.from([0x47, videoPid >> 8, videoPid & 0xff, 0x3a, 182, 0x80]).copy(adaptation)
  const { demuxer } = demux(Buffer.concat([...packets, adaptation]))
  assert.equal(demuxer.faults.continuityErrors, 0)
})

test('ts damage: 5 % loss costs frames and nothing else', () => {
  const known = new Set(gist(demux(clip).frames).map(frame => JSON.stringify(frame)))
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed)
    const { frames } = demux(
      Buffer.concat(splitPackets(clip).filter(() => random() >= 0.05)),
      1316,
      createDemuxer(keptTimes),
    )
    for (const frame of gist(frames)) assert.ok(known.has(JSON.stringify(frame)), `seed ${seed}`)
  }
})

test('ts damage: bytes that were changed anywhere throw nothing', () => {
  for (const name of ['h264-aac', 'h265', 'latm', 'opus', 'eac3', 'mp3'] as const) {
    const bytes = readTsFixture(name)
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255))
    const changed = fc.array(change, { minLength: 1, maxLength: 200 }).map(changes => {
      const copy = Buffer.from(bytes)
      for (const [at, byte] of changes) copy[at] = byte
      return copy
    })
    fc.assert(
      fc.property(changed, bad => void demux(bad)),
      { seed: 4, numRuns: 40 },
    )
  }
})

test('ts damage: any bytes in packets throw nothing', () => {
  const packet = fc.tuple(
    fc.constantFrom(0, mapPid, videoPid, audioPid),
    fc.nat(255),
    fc.uint8Array({ minLength: 184, maxLength: 184 }),
  )
  const property = fc.property(fc.array(packet, { minLength: 3, maxLength: 20 }), list => {
    const bytes = list.map(([pid, flags, body]) =>
      Buffer.concat([Buffer.of(0x47, (flags & 0xe0) | (pid >> 8), pid & 0xff, flags), body]),
    )
    demux(Buffer.concat([clip.subarray(0, 188 * 3), ...bytes]))
  })
  fc.assert(property, { seed: 5, numRuns: 300 })
})

test('ts damage: pictures without end are not kept', () => {
  const demuxer = createDemuxer()
  demuxer.push(clip.subarray(0, 188 * 4))
  const more = Buffer.alloc(188, 1)
  more.writeUInt32BE(0x47010010)
  for (let counter = 1; counter < 100_000; counter++) {
    more.writeUInt8(0x10 | (counter & 0xf), 3)
    demuxer.push(more)
  }
  assert.ok(demuxer.faults.damagedUnits >= 1)
})

test('ts damage: what a publisher leaves unsent when it goes is none', () => {
  const packets = splitPackets(clip)
  const lastSound = packets.findLastIndex(packet => pidOf(packet) === audioPid && isStart(packet))
  const { demuxer, frames } = demux(Buffer.concat(packets.slice(0, lastSound + 1)))
  assert.deepEqual(demuxer.faults, noFaults)
  assert.ok(frames.length > 0)
})

/** A packet of an adaptation field alone, which says that the counter may jump. */
function announcement(pid: number): Buffer {
  const packet = Buffer.alloc(188, 0xff)
  Buffer.from([0x47, pid >> 8, pid & 0xff, 0x20, 183, 0x80]).copy(packet)
  return packet
}

test('ts damage: a jump of the counter may be announced by a packet without payload', () => {
  const packets = splitPackets(clip)
  const starts = packets.flatMap((packet, at) => (pidOf(packet) === videoPid && isStart(packet) ? [at] : []))
  // Up to the key frame in the middle.
  const [from = 0, to = 0] = [starts[5], starts[12]]
  const cut = packets.filter((packet, at) => pidOf(packet) !== videoPid || at < from || at >= to)
  const { demuxer, frames } = demux(Buffer.concat([...cut.slice(0, from), announcement(videoPid), ...cut.slice(from)]))
  assert.equal(demuxer.faults.continuityErrors, 0)
  assert.equal(ofKind(frames, 'video').length, 4 + 12)
  assert.equal(ofKind(frames, 'audio').length, 46)
})

test('ts damage: a picture of which a part is encrypted is a lost one', () => {
  const packets = splitPackets(clip)
  const at = packets.findIndex(packet => pidOf(packet) === videoPid && !isStart(packet))
  packets[at]?.writeUInt8(0xc0 | (packets[at]?.readUInt8(3) ?? 0), 3)
  const { demuxer, frames } = demux(Buffer.concat(packets))
  assert.equal(demuxer.faults.scrambledPackets, 1)
  assert.equal(demuxer.faults.continuityErrors, 0)
  const known = new Set(gist(demux(clip).frames).map(frame => JSON.stringify(frame)))
  assert.equal(ofKind(frames, 'video').length, 12)
  for (const frame of gist(frames)) assert.ok(known.has(JSON.stringify(frame)))
})

test('ts damage: a presentation time that cannot be is not taken', () => {
  const packets = splitPackets(clip)
  for (const packet of packets.filter(other => pidOf(other) === videoPid && isStart(other))) {
    const timesAt = packet.indexOf(Buffer.of(0, 0, 1, 0xe0)) + 9
    // The highest bit of the PTS: 13 hours.
    packet.writeUInt8(packet.readUInt8(timesAt) ^ 0x08, timesAt)
  }
  for (const { pts, dts } of ofKind(demux(Buffer.concat(packets)).frames, 'video')) assert.ok(pts - dts < 20 * 90_000)
})

import assert from 'node:assert/strict'
import { test } from 'vitest'
import { gist, noFaults, ofKind, timesOf } from '../../../test/support/demuxed-frames.ts'
import {
  createDemuxer,
  demux,
  moveTimes,
  pidOf,
  readTsFixture,
  sectionPacket,
  splitPackets,
  type TsFixtureName,
} from '../../../test/support/ts-fixture.ts'
import type { Frame } from '../../media/frame.ts'
import { keptTimes } from '../../media/timeline.ts'

const clip = readTsFixture('h264-aac')
const videoPid = 0x100
const mapPid = 0x1000

/** Packets, times and sizes as ffprobe 7.1.5 tells them; sizes without ADTS, LOAS and control headers. */
const facts: readonly [TsFixtureName, label: string, frames: number, first: number, step: number, sizes: number[]][] = [
  ['latm', 'AAC', 16, 126_000, 1920, [125, 159, 57]],
  ['mp3', 'MP3', 14, 126_000, 2160, [96, 96, 96]],
  ['mp2', 'MP2', 13, 126_000, 2160, [192, 192, 192]],
  ['ac3', 'AC-3', 10, 126_000, 2880, [256, 256, 256]],
  ['eac3', 'E-AC-3', 10, 126_000, 2880, [256, 256, 256]],
  ['opus', 'Opus', 16, 126_000, 1800, [69, 59, 50]],
]

for (const [name, label, count, first, step, sizes] of facts) {
  test(`ts to frames: ${name} as FFmpeg writes it`, () => {
    const { demuxer, frames } = demux(readTsFixture(name))
    assert.deepEqual(
      demuxer.tracks.map(track => [track.codecLabel, track.timescale, track.audio?.sampleRate, track.audio?.channels]),
      [[label, 90_000, 48_000, 1]],
    )
    assert.deepEqual(
      timesOf(frames),
      Array.from({ length: count }, (_, number) => first + number * step),
    )
    assert.deepEqual(
      frames.slice(0, 3).map(({ payload }) => payload.length),
      sizes,
    )
    assert.deepEqual(demuxer.faults, noFaults)
  })
}

test('ts to frames: pictures and sound keep their distance, and the last access units are there', () => {
  const { demuxer, frames } = demux(clip)
  const [video, audio] = [ofKind(frames, 'video'), ofKind(frames, 'audio')]
  assert.deepEqual(
    timesOf(video),
    Array.from({ length: 24 }, (_, number) => 126_000 + 3600 * number),
  )
  assert.deepEqual(
    video.slice(0, 4).map(({ pts, dts }) => pts - dts),
    ptsOffsets,
  )
  assert.deepEqual(
    timesOf(audio),
    Array.from({ length: 46 }, (_, number) => 131_280 + 1920 * number),
  )
  assert.deepEqual(
    video.map(({ isKey }) => isKey),
    Array.from({ length: 24 }, (_, number) => number % 12 === 0),
  )
  assert.deepEqual(
    demuxer.tracks.map(({ id, kind, index, codec }) => [id, kind, index, codec]),
    [
      [0, 'video', 0, 'h264'],
      [1, 'audio', 0, 'aac'],
    ],
  )
  assert.deepEqual(demuxer.tracks[0]?.video, { width: 64, height: 48, codecString: 'avc1.64000a', frameRate: 25 })
  assert.equal(Buffer.from(demuxer.tracks[1]?.config ?? []).toString('hex'), '1188')
  assert.deepEqual(demuxer.faults, noFaults)
})

/** Of the first pictures, as ffprobe 7.1.5 tells them. */
const ptsOffsets = [7200, 14_400, 3600, 3600]

test('ts to frames: H.265', () => {
  const { demuxer, frames } = demux(readTsFixture('h265'))
  assert.equal(frames.length, 24)
  assert.deepEqual(demuxer.tracks[0]?.video?.codecString, 'hvc1.1.6.L30.90')
  assert.deepEqual(
    frames.flatMap(({ isKey }, number) => (isKey ? [number] : [])),
    [0, 10],
  )
})

test('ts to frames: units are behind lengths, without delimiters and parameter sets', () => {
  for (const { payload } of ofKind(demux(clip).frames, 'video')) {
    const types: number[] = []
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length)
    for (let at = 0; at < payload.length; at += 4 + view.getUint32(at)) types.push(view.getUint8(at + 4) & 0x1f)
    assert.ok(types.length > 0 && types.every(type => [1, 5, 6].includes(type)), types.join())
  }
})

for (const size of [1, 187, 188, 189, 7, 65_536]) {
  test(`ts to frames: pieces of ${size} bytes make no difference`, () => {
    assert.deepEqual(gist(demux(clip, size).frames).length, gist(demux(clip).frames).length)
    const byTrack = (frames: readonly Frame[]): unknown => [
      gist(ofKind(frames, 'video')),
      gist(ofKind(frames, 'audio')),
    ]
    assert.deepEqual(byTrack(demux(clip, size).frames), byTrack(demux(clip).frames))
  })
}

for (const [name, distance, before] of [
  ['204 bytes, with error correction', 204, 0],
  ['192 bytes, with time stamps', 192, 4],
] as const) {
  test(`ts to frames: packets of ${name}`, () => {
    const wide = splitPackets(clip).map(packet => {
      const block = Buffer.alloc(distance, 0x05)
      packet.copy(block, before)
      return block
    })
    const bytes = Buffer.concat(wide)
    for (const pieceSize of [1316, 100]) assert.deepEqual(demux(bytes, pieceSize).frames.length, 70)
  })
}

test('ts to frames: what is borrowed may be used again, and frames own their payloads', () => {
  const expected = demux(clip).frames
  const reader = createDemuxer()
  const piece = Buffer.alloc(1000)
  const frames: Frame[] = []
  for (let at = 0; at < clip.length; at += piece.length) {
    const size = clip.copy(piece, 0, at)
    frames.push(...reader.push(piece.subarray(0, size)))
    piece.fill(0xff)
  }
  assert.deepEqual(gist([...frames, ...reader.flush()]), gist(expected))
})

test('ts to frames: garbage before, between and behind packets is skipped', () => {
  const packets = splitPackets(clip)
  const noise = Buffer.from(Array.from({ length: 1000 }, (_, number) => (number * 7) % 71))
  const { demuxer, frames } = demux(Buffer.concat([noise, ...packets.slice(0, 30), noise, ...packets.slice(30), noise]))
  assert.equal(frames.length, 70)
  assert.equal(demuxer.faults.continuityErrors, 0)
  assert.ok(demuxer.faults.skippedBytes > 2000 - 100)
})

test('ts to frames: times go on through the wrap of 33 bits, as after 26.5 hours', () => {
  const near = 2 ** 33 - 150_000
  const { frames } = demux(moveTimes(clip, near))
  assert.deepEqual(
    timesOf(ofKind(frames, 'video')),
    Array.from({ length: 24 }, (_, n) => near + 126_000 + 3600 * n),
  )
  assert.deepEqual(
    timesOf(ofKind(frames, 'audio')),
    Array.from({ length: 46 }, (_, n) => near + 131_280 + 1920 * n),
  )
  assert.deepEqual(
    frames.map(({ pts, dts }) => pts - dts),
    demux(clip).frames.map(({ pts, dts }) => pts - dts),
  )
})

for (const [name, jump] of [
  ['of an hour', 90_000 * 3600],
  ['of an hour back', -90_000 * 3600],
  ['of 13 hours, further than half of the 33 bits', 90_000 * 3600 * 13.3],
  ['back by a second', -90_000],
] as const) {
  test(`ts to frames: a jump ${name} is closed up, and sound stays with the picture`, () => {
    const demuxer = createDemuxer()
    const first = demux(moveTimes(clip, 180_000), 1316, demuxer).frames
    const second = demux(moveTimes(clip, 180_000 + jump), 1316, demuxer).frames
    const distance = (frames: readonly Frame[]): number =>
      (ofKind(frames, 'video')[0]?.dts ?? 0) - (ofKind(frames, 'audio')[0]?.dts ?? 0)
    assert.equal(distance(second), distance(first))
    const gap = (second[0]?.dts ?? 0) - Math.max(...timesOf(first))
    assert.ok(gap > 0 && gap < 90_000, `${gap}`)
    assert.equal(demuxer.faults.damagedUnits, 0)
  })
}

/** Two more programs around that of the clip: one without media, one on other PIDs. */
function threePrograms(): Buffer {
  const packets = splitPackets(clip)
  const association = '00 b015 0001 c3 00 00  0001 f200 0002 f000 0003 f300'
  const empty = '02 b012 0001 c1 00 00 ffff f000 05 e1ff f000'
  const other = '02 b012 0003 c1 00 00 e110 f000 1b e110 f000'
  let counter = 0
  const changed = packets.flatMap(packet => {
    if (pidOf(packet) === 0) {
      counter++
      const tables = [
        [0, association],
        [0x1300, other],
        [0x1200, empty],
      ] as const
      return tables.map(([pid, section]) => sectionPacket(pid, counter, section))
    }
    if (pidOf(packet) !== mapPid) return [packet]
    return [sectionPacket(mapPid, counter, '02 b017 0002 c1 00 00 e100 f000 1b e100 f000 0f e101 f000')]
  })
  return Buffer.concat(changed)
}

test('ts to frames: the first program with media is received, or the one that was asked for', () => {
  const bytes = threePrograms()
  assert.equal(demux(bytes).frames.length, 70)
  assert.equal(demux(bytes, 1316, createDemuxer(keptTimes, 2)).frames.length, 70)
  assert.equal(demux(bytes, 1316, createDemuxer(keptTimes, 3)).frames.length, 0)
})

test('ts to frames: a map with a wrong CRC does not count', () => {
  const packets = splitPackets(clip).map(packet => {
    if (pidOf(packet) === mapPid) packet.writeUInt8(packet.readUInt8(20) ^ 1, 20)
    return packet
  })
  const { demuxer, frames } = demux(Buffer.concat(packets))
  assert.equal(frames.length, 0)
  assert.ok(demuxer.faults.damagedUnits > 0)
})

test('ts to frames: a new version of the map moves tracks to other PIDs', () => {
  const packets = splitPackets(clip)
  const moved = packets.map(packet => {
    const copy = Buffer.from(packet)
    if (pidOf(copy) === videoPid) copy.writeUInt16BE(copy.readUInt16BE(1) + 0x10, 1)
    return copy
  })
  const map = sectionPacket(mapPid, 9, '02 b017 0001 c3 00 00 e110 f000 1b e110 f000 0f e101 f000')
  const { demuxer, frames } = demux(
    Buffer.concat([...packets, map, ...moved.filter(packet => pidOf(packet) === 0x110)]),
  )
  assert.deepEqual(
    demuxer.tracks.map(({ id, kind, generation }) => [id, kind, generation]),
    [
      [0, 'video', 1],
      [1, 'audio', 0],
    ],
  )
  assert.equal(ofKind(frames, 'video').length, 48)
})

/** SCTE 35 §14.1: time_signal of the sample, without its CRC. ETSI and MISB registrations by hand. */
test('ts to frames: cues and metadata are data tracks', () => {
  const packets = splitPackets(clip)
  const at = packets.findIndex(packet => pidOf(packet) === mapPid)
  const map = '02 b027 0001 c3 00 00 e100 f000 1b e100 f000 0f e101 f000 86 e120 f000 06 e121 f006 0504 4b4c5641'
  const before = [
    ...packets.slice(0, at),
    sectionPacket(mapPid, 0, map),
    ...packets.slice(at + 1, 40).filter(packet => pidOf(packet) !== mapPid),
  ]
  const cue =
    'fc3034000000000000fffff00506fe72bd0050001e021c435545494800008e7fcf0001a599b00808000000002ca0a18a3402009ac9d17e'
  const cuePacket = Buffer.alloc(188, 0xff)
  Buffer.from(`4741201000${cue}`, 'hex').copy(cuePacket)
  const klv = '060e2b34020b01010e01030101000000 02 0102'.replaceAll(' ', '')
  const klvPacket = Buffer.alloc(188, 0xff)
  const payload = Buffer.from(`000001bd0016800000${klv}`, 'hex')
  Buffer.from([0x47, 0x41, 0x21, 0x30, 183 - payload.length, 0]).copy(klvPacket)
  payload.copy(klvPacket, 188 - payload.length)
  const { demuxer, frames } = demux(Buffer.concat([...before, cuePacket, klvPacket]))
  assert.deepEqual(
    ofKind(frames, 'data').map(({ track, payload: data }) => [
      track.codec,
      track.index,
      Buffer.from(data).toString('hex'),
    ]),
    [
      ['scte35', 0, cue],
      ['klv', 1, klv],
    ],
  )
  assert.deepEqual(
    demuxer.tracks.map(({ codec }) => codec),
    ['h264', 'aac', 'scte35', 'klv'],
  )
})

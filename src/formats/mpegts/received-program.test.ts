import assert from 'node:assert/strict'
import { test } from 'vitest'
import {
  createDemuxer,
  demux,
  mapPacket,
  moveTimes,
  onPid,
  pidOf,
  readTsFixture,
  sectionPacket,
  splitPackets,
  type ToldStream,
} from '../../../test/support/ts-fixture.ts'
import type { Frame } from '../../media/frame.ts'
import type { TsToFrames } from './ts-to-frames.ts'

/** FFmpeg's: map on PID 0x1000, H.264 on 0x100, AAC on 0x101; the map comes twice in it. */
const clip = readTsFixture('h264-aac')
const mapPid = 0x1000
const video: ToldStream = { pid: 0x100, type: '1b' }
const audio: ToldStream = { pid: 0x101, type: '0f' }

/** The streams of the clip a second later, without tables. */
const later = splitPackets(moveTimes(clip, 90_000)).filter(packet => pidOf(packet) === 0x100 || pidOf(packet) === 0x101)
const [laterVideo, laterAudio] = [0x100, 0x101].map(pid => later.filter(packet => pidOf(packet) === pid))

function playClip(demuxer = createDemuxer()): TsToFrames {
  for (const packet of splitPackets(clip)) demuxer.push(packet)
  return demuxer
}

/** Feed packets; the frames of everything up to their end. */
function play(demuxer: TsToFrames, packets: readonly (readonly Buffer[] | Buffer)[]): readonly Frame[] {
  return demux(Buffer.concat(packets.flat()), 188, demuxer).frames
}

const countOf = (frames: readonly Frame[], kind: string): number =>
  frames.filter(({ track }) => track.kind === kind).length

const describe = (demuxer: TsToFrames): readonly string[] =>
  demuxer.tracks.map(({ id, kind, index, codec, generation }) => `${id} ${kind} ${index} ${codec} ${generation}`)

test('received program: a stream of another codec on the same PID is the next generation of its track', () => {
  const demuxer = playClip()
  const ac3 = splitPackets(moveTimes(readTsFixture('ac3'), 90_000)).filter(packet => pidOf(packet) === 0x100)
  const map = mapPacket({ version: 1, counter: 8, streams: [video, { pid: 0x101, type: '81' }] })
  const frames = play(demuxer, [map, onPid(ac3, 0x101)])
  assert.deepEqual(describe(demuxer), ['0 video 0 h264 0', '1 audio 0 ac3 1'])
  assert.equal(frames.filter(({ track }) => track.codec === 'ac3').length, 10)
})

test('received program: the same streams under a new version go on, on the same tracks', () => {
  const demuxer = playClip()
  const map = mapPacket({ version: 1, counter: 8, streams: [audio, video] })
  const frames = play(demuxer, [map, later])
  assert.deepEqual(describe(demuxer), ['0 video 0 h264 0', '1 audio 0 aac 0'])
  // The last picture of the clip, and all of the second one.
  assert.equal(countOf(frames, 'video'), 25)
})

test('received program: a stream that comes later is a new track, one that leaves is not read on', () => {
  const demuxer = playClip()
  const second: ToldStream = { pid: 0x102, type: '0f', descriptors: '0a04 64657500' }
  const added = mapPacket({ version: 1, counter: 8, streams: [video, audio, second] })
  play(demuxer, [added, laterVideo ?? [], laterAudio ?? [], onPid(laterAudio ?? [], 0x102)])
  assert.deepEqual(describe(demuxer), ['0 video 0 h264 0', '1 audio 0 aac 0', '2 audio 1 aac 0'])
  assert.deepEqual(
    demuxer.tracks.map(({ language }) => language),
    [undefined, undefined, 'deu'],
  )
  const removed = mapPacket({ version: 2, counter: 9, streams: [video] })
  const latest = splitPackets(moveTimes(clip, 180_000))
  const frames = play(demuxer, [removed, latest.filter(packet => [0x100, 0x101].includes(pidOf(packet)))])
  assert.deepEqual([countOf(frames, 'video'), countOf(frames, 'audio')], [24, 0])
})

test('received program: a map that is not yet in force changes nothing', () => {
  const demuxer = playClip()
  const next = mapPacket({ version: 1, counter: 8, streams: [video] })
  const announced = sectionPacket(mapPid, 8, '02 b012 0001 c2 00 00 e100 f000 1b e100 f000')
  assert.notDeepEqual(next, announced)
  assert.equal(countOf(play(demuxer, [announced, later]), 'audio'), 46)
})

test('received program: when the program goes, the next one is received', () => {
  const demuxer = playClip()
  const association = sectionPacket(0, 8, '00 b00d 0001 c3 00 00 0007 e777')
  const map = mapPacket({ pid: 0x777, programNumber: 7, version: 0, counter: 0, streams: [{ ...video, pid: 0x110 }] })
  const frames = play(demuxer, [association, map, onPid(laterVideo ?? [], 0x110)])
  assert.equal(countOf(frames, 'video'), 25)
  assert.deepEqual(describe(demuxer), ['0 video 0 h264 1', '1 audio 0 aac 0'])
})

test('received program: two programs may have their maps on one PID', () => {
  const association = sectionPacket(0, 0, '00 b011 0001 c1 00 00 0001 f000 0002 f000')
  const maps = [
    mapPacket({ programNumber: 1, version: 0, counter: 0, streams: [] }),
    mapPacket({ programNumber: 2, version: 0, counter: 1, streams: [video, audio] }),
  ]
  for (const wanted of [undefined, 2]) {
    assert.equal(play(createDemuxer(undefined, wanted), [association, maps, later]).length, 70)
  }
})

test('received program: an association of several sections is put together', () => {
  const sections = [
    sectionPacket(0, 0, '00 b00d 0001 c1 00 01 0001 f100'),
    sectionPacket(0, 1, '00 b00d 0001 c1 01 01 0002 f000'),
  ]
  const map = mapPacket({ programNumber: 2, version: 0, counter: 0, streams: [video, audio] })
  assert.equal(play(createDemuxer(undefined, 2), [sections, map, later]).length, 70)
})

test('received program: tables that point at themselves and at each other are read on', () => {
  const demuxer = createDemuxer()
  const association = sectionPacket(0, 0, '00 b015 0001 c1 00 00 0003 e000 0004 ffff 0001 f000')
  const streams = [{ ...video, pid: 0 }, { ...audio, pid: mapPid }, { ...audio, pid: 0x1fff }, video, audio, video]
  const map = mapPacket({ version: 0, counter: 0, streams })
  assert.equal(play(demuxer, [association, map, later]).length, 70)
  const moved = mapPacket({ version: 1, counter: 1, streams: [{ ...video, pid: 0x110 }] })
  const newest = splitPackets(moveTimes(clip, 180_000)).filter(packet => pidOf(packet) === 0x100)
  assert.equal(countOf(play(demuxer, [moved, onPid(newest, 0x110)]), 'video'), 24)
})

test('received program: sections longer than any table are skipped', () => {
  const demuxer = createDemuxer()
  const long = Buffer.alloc(188, 0x55)
  Buffer.from('4740001000 00bfff', 'hex').copy(long)
  Buffer.from('474000100000bfff', 'hex').copy(long)
  const more = Array.from({ length: 40 }, (_, number) => {
    const packet = Buffer.alloc(188, 0x55)
    Buffer.of(0x47, 0, 0, 0x10 | ((number + 1) & 0xf)).copy(packet)
    return packet
  })
  const association = sectionPacket(0, 9, '00 b00d 0001 c1 00 00 0001 f000')
  const map = mapPacket({ version: 0, counter: 0, streams: [video, audio] })
  assert.equal(play(demuxer, [long, more, association, map, later]).length, 70)
  assert.equal(demuxer.faults.continuityErrors, 0)
})

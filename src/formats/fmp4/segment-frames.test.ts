import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { damagedBytes, damages } from '../../../test/support/damaged-bytes.ts'
import { mp4Box, twoSamples, zeros } from '../../../test/support/mp4-boxes.ts'
import { ProtocolError } from '../../core/errors.ts'
import { TrackSet } from '../../media/track-set.ts'
import { SegmentFrameReader } from './segment-frames.ts'

/** AVCDecoderConfigurationRecord of Baseline, level 3.1, with a parameter set of each kind. */
const avcC = '01 42001f ff e1 0004 6742001f 01 0002 68ce'

/** Boxes by hand from ISO/IEC 14496-12 §8, and -15 §5 for the sample entry, never by our own encoder. */
function initOf(handler: string, entry = 'avc1', ...edits: readonly Buffer[]): Buffer {
  const tkhd = mp4Box('tkhd', zeros(12), '00000003', zeros(60), '05000000 02d00000')
  const mdhd = mp4Box('mdhd', zeros(12), '00015f90', zeros(8))
  const hdlr = mp4Box('hdlr', zeros(8), Buffer.from(handler), zeros(12))
  const picture = mp4Box(entry, zeros(6), '0001', zeros(16), '050002d0', zeros(50), mp4Box('avcC', avcC))
  const stbl = mp4Box('stbl', mp4Box('stsd', zeros(4), '00000001', picture))
  const mdia = mp4Box('mdia', mdhd, hdlr, mp4Box('minf', mp4Box('vmhd', zeros(12)), stbl))
  const trex = mp4Box('trex', zeros(4), '00000003 00000001 00000bb8 00000000 01010000')
  return mp4Box('moov', mp4Box('trak', tkhd, ...edits, mdia), mp4Box('mvex', trex))
}

const { moof, mdat } = twoSamples
const segment = Buffer.concat([moof, mdat])
const place = { id: 4, index: 1 }

test('segment frames: are the samples, with their times, in a track of their place', () => {
  const tracks = new TrackSet('mp4')
  const reader = new SegmentFrameReader(initOf('vide'), place, tracks)
  const { frames, end } = reader.read(segment)
  const time = 2 ** 32
  assert.deepEqual(
    frames.map(({ dts, pts, isKey, payload }) => [dts, pts, isKey, Buffer.from(payload).toString('hex')]),
    [
      [time, time + 3000, true, '01020304'],
      [time + 3000, time + 3000, false, '0506'],
    ],
  )
  const [track] = tracks.list
  assert.deepEqual([track?.id, track?.index, track?.codec, track?.timescale], [4, 1, 'h264', 90_000])
  assert.ok(Buffer.from(track?.config ?? []).equals(Buffer.from(avcC.replaceAll(' ', ''), 'hex')))
  assert.deepEqual([end, reader.timescale], [time + 6000, 90_000])
})

test('segment frames: what an edit list takes off, decode times were moved on by', () => {
  const edit = mp4Box('edts', mp4Box('elst', zeros(4), '00000001 00000000 00000bb8 00010000'))
  const reader = new SegmentFrameReader(initOf('vide', 'avc1', edit), place, new TrackSet('mp4'))
  const { frames, end } = reader.read(segment)
  const time = 2 ** 32 - 3000
  assert.deepEqual(
    frames.map(({ dts, pts }) => [dts, pts]),
    [
      [time, time + 3000],
      [time + 3000, time + 3000],
    ],
  )
  assert.equal(end, time + 6000)
})

test('segment frames: a sample whose bytes are not all there is left out', () => {
  const reader = new SegmentFrameReader(initOf('vide'), place, new TrackSet('mp4'))
  assert.equal(reader.read(segment.subarray(0, moof.length)).frames.length, 0)
})

test('segment frames: what is neither picture nor sound, or of an unknown codec, is refused', () => {
  const open = (init: Buffer) => () => new SegmentFrameReader(init, place, new TrackSet('mp4'))
  assert.throws(open(initOf('meta')), /Cannot read MP4 track: it is neither picture nor sound/)
  assert.throws(open(initOf('vide', 'xyz1')), /Cannot read MP4 track: xyz1 is not carried/)
})

test('segment frames: flipped and lost bytes are read or refused', () => {
  const init = initOf('vide')
  fc.assert(
    fc.property(damages, damage => {
      const badSegment = damagedBytes(segment, damage)
      try {
        new SegmentFrameReader(damagedBytes(init, damage), place, new TrackSet('mp4')).read(badSegment)
        new SegmentFrameReader(init, place, new TrackSet('mp4')).read(badSegment)
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error))
      }
    }),
    { seed: 5, numRuns: 2000 },
  )
})

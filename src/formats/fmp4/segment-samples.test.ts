import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { damagedBytes, damages } from '../../../test/support/damaged-bytes.ts'
import { mp4Box, twoSamples, zeros } from '../../../test/support/mp4-boxes.ts'
import { ProtocolError } from '../../core/errors.ts'
import { decodeSegmentHead, shareDescription } from './segment-head.ts'
import { decodeSegmentSamples } from './segment-samples.ts'
import { decodeSegmentSpan } from './segment-span.ts'

/** Boxes by hand from ISO/IEC 14496-12 §8, never by our own encoder. */
function initOf(timescale: string, entry: string, ...edits: readonly Buffer[]): Buffer {
  const tkhd = mp4Box('tkhd', zeros(12), '00000003', zeros(60), '05000000 02d00000')
  const mdhd = mp4Box('mdhd', zeros(12), timescale, zeros(4), '10b5', zeros(2))
  const stsd = mp4Box('stsd', zeros(4), '00000001', mp4Box('avc1', entry))
  const minf = mp4Box('minf', mp4Box('vmhd', zeros(12)), mp4Box('stbl', stsd))
  const trex = mp4Box('trex', zeros(4), '00000003 00000001 00000bb8 00000000 01010000')
  const trak = mp4Box('trak', tkhd, ...edits, mp4Box('mdia', mdhd, minf))
  return Buffer.concat([mp4Box('ftyp', zeros(8)), mp4Box('moov', trak, mp4Box('mvex', trex))])
}

const segment = Buffer.concat([mp4Box('styp', zeros(8)), twoSamples.moof, twoSamples.mdat])

test('segment: says where its samples are and when they play', () => {
  const head = decodeSegmentHead(initOf('00015f90', 'aa'))
  const { stsd, defaults, ...facts } = head
  assert.deepEqual(facts, {
    trackId: 3,
    timescale: 90_000,
    handler: 'vide',
    language: 'deu',
    width: 1280,
    height: 720,
    shift: 0,
  })
  assert.deepEqual([stsd.length, defaults.duration], [17, 3000])
  const at = 16 + 0x74
  const time = 2 ** 32
  assert.deepEqual(decodeSegmentSamples(head, segment), {
    samples: [
      { at, size: 4, decodeTime: time, compositionOffset: 3000, isSync: true, description: 0 },
      { at: at + 4, size: 2, decodeTime: time + 3000, compositionOffset: 0, isSync: false, description: 0 },
    ],
    end: time + 6000,
  })
})

test('segment: what an edit list takes off, its samples are decoded earlier than its fragments say', () => {
  const edit = mp4Box('edts', mp4Box('elst', zeros(4), '00000001 00000000 00000bb8 00010000'))
  const init = initOf('00015f90', 'aa', edit)
  const { samples, end } = decodeSegmentSamples(decodeSegmentHead(init), segment)
  const time = 2 ** 32
  assert.deepEqual(
    samples.map(({ decodeTime }) => decodeTime),
    [time - 3000, time],
  )
  assert.equal(end, time + 3000)
  const span = { timescale: 90_000, time, duration: 6000, samples: 2, isIndependent: true }
  assert.deepEqual(decodeSegmentSpan(init, segment), span)
})

test('segment head: one description does for both only if it is the same', () => {
  const head = decodeSegmentHead(initOf('00015f90', 'aa'))
  assert.ok(shareDescription(head, decodeSegmentHead(initOf('00015f90', 'aa'))))
  assert.ok(!shareDescription(head, decodeSegmentHead(initOf('00015f90', 'ab'))))
  assert.ok(!shareDescription(head, decodeSegmentHead(initOf('0000bb80', 'aa'))))
  assert.throws(() => decodeSegmentHead(initOf('00000000', 'aa')), /its timescale is not 0/)
})

test('segment: flipped and lost bytes are read or refused', () => {
  const init = initOf('00015f90', 'aa')
  fc.assert(
    fc.property(damages, damage => {
      try {
        decodeSegmentSamples(decodeSegmentHead(damagedBytes(init, damage)), damagedBytes(segment, damage))
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error))
      }
    }),
    { seed: 5, numRuns: 2000 },
  )
})

import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { videoTrack } from '../../../test/support/sample-frames.ts'
import { demux, readTsFixture } from '../../../test/support/ts-fixture.ts'
import { av1ConfigObus } from '../../codecs/av1/codec-configuration.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { av1AccessUnit, decodeAv1AccessUnit } from './av1-access-unit.ts'
import { elementaryStreamOf } from './elementary-stream.ts'

/** FFmpeg 7.1.5 with SVT-AV1 of Debian 13. */
const record = hex('81000c000a0a00000003b40c500be001')
const track: Track = { ...videoTrack, codec: 'av1', codecLabel: 'AV1', config: record }
const frameOf = (payload: string, isKey = false): Frame => ({ track, dts: 0, pts: 0, isKey, payload: hex(payload) })
const digits = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString('hex')

/** Worked out by hand from Carriage of AV1 in MPEG-2 TS, v1.0.1 §3.2. */
for (const [name, payload, isKey, wire] of [
  ['a frame, without its delimiter', '1200 3203 aabbcc', false, '000001 3203 aabbcc'],
  ['nothing that looks like a start code', '3205 0000010003', false, '000001 3205 000003010003'],
  ['zeros in a row', '3208 0000000000000000', false, '000001 3208 0000030000030000030000'],
  ['two OBUs', '2a01 04 3202 aabb', false, '000001 2a0104 000001 3202aabb'],
  ['a key frame that has its sequence header', '0a01 05 3201 10', true, '000001 0a0105 000001 320110'],
  ['a key frame without one', '3201 10', true, '000001 0a0a 0000030003b40c500be001 000001 320110'],
] as const) {
  test(`av1 access unit: ${name}`, () => {
    assert.equal(digits(av1AccessUnit(frameOf(payload, isKey), av1ConfigObus(record))), wire.replaceAll(' ', ''))
  })
}

/** Worked out by hand from §3.2 and AV1 §5.3. */
for (const [name, wire, obus] of [
  ['with sizes', '000001 1200 000001 3203 aabbcc', ['1200', '3203aabbcc']],
  ['without emulation prevention', '000001 3205 000003010003', ['32050000010003']],
  ['with zeros in front of the start code', '000001 1200 00000001 3201 80', ['1200', '320180']],
  ['with a zero at its end', '000001 3202 8000 000001 3201 80', ['32028000', '320180']],
  ['without a size', '000001 30 aa80', ['30aa80']],
] as const) {
  test(`av1 access unit: OBUs ${name} are found`, () => {
    const is = decodeAv1AccessUnit(hex(wire)).map(({ bytes }) => digits([bytes]))
    assert.deepEqual(is, obus)
  })
}

test('av1 access unit: whatever the payload of an OBU is, it comes back, and nothing in it looks like a start code', () => {
  const bytes = fc.array(fc.constantFrom(0, 0, 0, 1, 2, 3, 4, 255), { maxLength: 40 })
  fc.assert(
    fc.property(bytes, list => {
      const payload = Uint8Array.of(0x32, list.length, ...list)
      const [startCode, unit = new Uint8Array()] = av1AccessUnit({ ...frameOf(''), payload }, [])
      for (const forbidden of ['000000', '000001', '000002']) {
        assert.equal(Buffer.from(unit).indexOf(Buffer.from(forbidden, 'hex')), -1)
      }
      assert.deepEqual(
        decodeAv1AccessUnit(Buffer.concat([startCode ?? '', unit].map(piece => Buffer.from(piece)))).map(obu =>
          digits([obu.bytes]),
        ),
        [digits([payload])],
      )
    }),
    { seed: 1, numRuns: 1000 },
  )
})

test('av1 access unit: any bytes are OBUs or the peer’s fault', () => {
  fuzzDecoder(11, [hex('000001 1200 000001 0a0a 0000030003b40c500be001 000001 30 aa80')], decodeAv1AccessUnit)
})

/** Worked out by hand from §2.1.1, §2.2.1. The second record is SVT-AV1's of an HDR10 clip. */
for (const [name, config, descriptors] of [
  ['of standard range', '81000c000a0a00000003b40c500be001', '050441563031 8004 81000c00'],
  ['of high range', '81094c000a0e0000004aabbfc3700be142440241', '050441563031 8004 81094c80'],
] as const) {
  test(`elementary stream: AV1 ${name}`, () => {
    const stream = elementaryStreamOf({ ...track, config: hex(config) })
    assert.deepEqual([stream?.streamType, stream?.streamId], [0x06, 0xbd])
    assert.equal(digits([Uint8Array.from(stream?.descriptors ?? [])]), descriptors.replaceAll(' ', ''))
  })
}

/** Sizes, key frames and times as ffprobe 7.1.5 tells them of the IVF, less the delimiters of two bytes. */
test('ts to frames: AV1 as GStreamer writes it, frame by frame, is put together to temporal units', () => {
  const { demuxer, frames } = demux(readTsFixture('av1-gstreamer'))
  assert.deepEqual(
    frames.map(({ payload }) => payload.length),
    [775, 424, 3, 37, 3, 96, 3, 38, 3, 117, 3, 56, 756, 479, 3, 34, 3, 108, 3, 37, 3, 145, 3, 52],
  )
  assert.deepEqual(
    frames.flatMap(({ isKey }, number) => (isKey ? [number] : [])),
    [0, 12],
  )
  const start = frames[0]?.dts ?? 0
  assert.deepEqual(
    frames.map(({ dts, pts }) => [(dts - start) / 3600, pts - dts]),
    frames.map((_, number) => [number, 0]),
  )
  assert.deepEqual(demuxer.tracks[0]?.video, { width: 64, height: 64, codecString: 'av01.0.00M.08' })
  assert.equal(demuxer.faults.damagedUnits, 0)
})

import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hex } from '../../../test/support/protocol-faults.ts'
import { videoTrack } from '../../../test/support/sample-frames.ts'
import { ProtocolError } from '../../core/errors.ts'
import { nalAccessUnit } from './nal-access-unit.ts'
import type { NalConfiguration } from './nal-configuration.ts'

const h264: NalConfiguration = { codec: 'h264', lengthSize: 4, parameterSets: [hex('6711'), hex('6822')] }
const h265: NalConfiguration = { codec: 'h265', lengthSize: 4, parameterSets: [hex('4001'), hex('4201'), hex('4401')] }
const h266: NalConfiguration = { codec: 'h266', lengthSize: 4, parameterSets: [hex('0071'), hex('0079'), hex('0081')] }

/** Worked out by hand from ITU-T H.264 §B.1, §7.4.1.2.3 and its counterparts in H.265 and H.266. */
const vectors: { name: string; configuration: NalConfiguration; isKey: boolean; frame: string; wire: string }[] = [
  {
    name: 'H.264 picture',
    configuration: h264,
    isKey: false,
    frame: '00000002 419a',
    wire: '00000001 09f0 00000001 419a',
  },
  {
    name: 'H.264 key frame',
    configuration: h264,
    isKey: true,
    frame: '00000002 6588',
    wire: '00000001 09f0 00000001 6711 00000001 6822 00000001 6588',
  },
  {
    name: 'H.264 key frame with its own parameter sets',
    configuration: h264,
    isKey: true,
    frame: '00000002 6733 00000002 6844 00000002 6588',
    wire: '00000001 09f0 00000001 6733 00000001 6844 00000001 6588',
  },
  {
    name: 'H.264 frame with a delimiter behind the SEI, as some encoders write it',
    configuration: h264,
    isKey: false,
    frame: '00000001 06 00000002 0910 00000002 419a',
    wire: '00000001 09f0 00000001 06 00000001 419a',
  },
  {
    name: 'H.264 in lengths of two bytes',
    configuration: { ...h264, lengthSize: 2 },
    isKey: false,
    frame: '0002 419a 0001 06',
    wire: '00000001 09f0 00000001 419a 00000001 06',
  },
  {
    name: 'H.265 key frame',
    configuration: h265,
    isKey: true,
    frame: '00000003 460110 00000003 2601af',
    wire: '00000001 460150 00000001 4001 00000001 4201 00000001 4401 00000001 2601af',
  },
  {
    name: 'H.266 key frame',
    configuration: h266,
    isKey: true,
    frame: '00000003 00a128 00000003 003900',
    wire: '00000001 00a1a8 00000001 0071 00000001 0079 00000001 0081 00000001 003900',
  },
]

for (const { name, configuration, isKey, frame, wire } of vectors) {
  test(`access unit: ${name}`, () => {
    const pieces = nalAccessUnit({ track: videoTrack, dts: 0, pts: 0, isKey, payload: hex(frame) }, configuration)
    assert.equal(Buffer.concat(pieces).toString('hex'), wire.replaceAll(' ', ''))
  })
}

test('access unit: a length that lies is a fault of the publisher', () => {
  const frame = { track: videoTrack, dts: 0, pts: 0, isKey: false, payload: hex('000000ff 419a') }
  assert.throws(() => nalAccessUnit(frame, h264), ProtocolError)
})

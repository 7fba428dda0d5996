import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { decodeAv1FrameStart } from './frame-start.ts'
import { decodeObus, obuWithSize } from './obu.ts'
import { TemporalUnitReader } from './temporal-unit-reader.ts'

/** Of SVT-AV1, 130x70. */
const sequenceHeader = '0a0a00000003b40c500be001'
const otherHeader = '0a0e0000004aabbfc3700be142440241'
const delimiter = '1200'
// show_existing_frame, frame_type, show_frame: AV1 §5.9.2.
const keyFrame = '3201 10'
const hiddenKeyFrame = '3201 00'
const hiddenFrame = '3202 20aa'
const frame = '3202 30bb'
const shownAgain = '1a01 88'

function read(...pieces: readonly string[]): readonly (readonly string[])[] {
  const reader = new TemporalUnitReader()
  return pieces.map(piece =>
    reader
      .read(decodeObus(hex(piece)))
      .map(({ isKey, payload }) => `${isKey ? 'key ' : ''}${Buffer.from(payload).toString('hex')}`),
  )
}

const joined = (...obus: readonly string[]): string => obus.join('').replaceAll(' ', '')

describe('temporal units, worked out by hand from AV1 §7.5 and Carriage of AV1 in MPEG-2 TS §3.3', () => {
  test('end with the frame that is shown', () => {
    assert.deepEqual(read(sequenceHeader + keyFrame, hiddenFrame, hiddenFrame, frame, shownAgain), [
      [`key ${joined(sequenceHeader, keyFrame)}`],
      [],
      [],
      [joined(hiddenFrame, hiddenFrame, frame)],
      [joined(shownAgain)],
    ])
  })

  test('are told apart by their delimiters, which are left out', () => {
    const both = delimiter + sequenceHeader + keyFrame + delimiter + hiddenFrame + frame
    assert.deepEqual(read(both), [[`key ${joined(sequenceHeader, keyFrame)}`, joined(hiddenFrame, frame)]])
  })

  test('that begin with a hidden key frame are no place to start', () => {
    assert.deepEqual(read(sequenceHeader + hiddenKeyFrame + shownAgain), [
      [joined(sequenceHeader, hiddenKeyFrame, shownAgain)],
    ])
  })

  test('are none before the sequence header', () => {
    assert.deepEqual(read(frame, sequenceHeader + keyFrame), [[], [`key ${joined(sequenceHeader, keyFrame)}`]])
  })

  test('without their beginning are left out', () => {
    const reader = new TemporalUnitReader()
    reader.read(decodeObus(hex(sequenceHeader + keyFrame)))
    reader.read(decodeObus(hex(hiddenFrame)))
    reader.reset()
    const [unit] = reader.read(decodeObus(hex(frame)))
    assert.equal(Buffer.from(unit?.payload ?? []).toString('hex'), joined(frame))
  })

  test('have the configuration of their sequence, the same until it changes', () => {
    const reader = new TemporalUnitReader()
    const configs = [sequenceHeader, sequenceHeader, otherHeader].map(
      header => reader.read(decodeObus(hex(header + keyFrame)))[0]?.config,
    )
    assert.equal(configs[0], configs[1])
    assert.deepEqual(
      configs.map(config => Buffer.from(config ?? []).toString('hex')),
      [
        '81000c000a0a00000003b40c500be001',
        '81000c000a0a00000003b40c500be001',
        '81094c000a0e0000004aabbfc3700be142440241',
      ],
    )
  })

  test('of frames that are never shown have a bound', () => {
    const reader = new TemporalUnitReader()
    const hidden = decodeObus(Buffer.concat([hex('30 20'), new Uint8Array(1 << 20)]))
    assert.throws(
      () => {
        for (let count = 0; count < 9; count++) reader.read(hidden)
      },
      { protocol: 'av1', fault: 'limit' },
    )
  })

  test('any OBUs are units or the peer’s fault', () => {
    fuzzDecoder(7, [hex(sequenceHeader + hiddenFrame + frame)], bytes =>
      new TemporalUnitReader().read(decodeObus(bytes)),
    )
  })
})

test('av1 frame start: of a reduced header is a shown key frame', () => {
  assert.deepEqual(decodeAv1FrameStart(new Uint8Array(), true), { isShown: true, isKey: true })
  assert.throws(() => decodeAv1FrameStart(new Uint8Array(), false), { protocol: 'av1', fault: 'malformed' })
})

/** Worked out by hand from AV1 §5.3.2. */
for (const [name, bytes, whole] of [
  ['has it already', '3202aabb', '3202aabb'],
  ['lacks it', '30aabb', '3202aabb'],
  ['has an extension, and lacks it', '3448aabb', '364802aabb'],
] as const) {
  test(`av1 obu: one that ${name} is written with its size`, () => {
    const [obu] = decodeObus(hex(bytes))
    assert.ok(obu !== undefined)
    assert.equal(Buffer.from(obuWithSize(obu)).toString('hex'), whole)
  })
}

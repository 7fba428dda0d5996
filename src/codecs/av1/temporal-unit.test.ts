import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { findSequenceHeader, isAv1KeyFrame, withoutTemporalDelimiters } from './temporal-unit.ts'

/** Three temporal units of black pictures by FFmpeg 7.1.5 with libaom of Debian 13, `-f obu`. */
const sequenceHeader = '0a1204000000040000006700000055fff36be401'
const keyFrame = '320e1000bc8000024000000a0577ca80'
const interFrame = '32113003c080000006c0000002800020009910'
const units = [`1200${sequenceHeader}${keyFrame}`, `1200${interFrame}`]

describe('av1 temporal unit', () => {
  test('loses its delimiter, without a copy', () => {
    const unit = hex(units[0] ?? '')
    const bare = withoutTemporalDelimiters(unit)
    assert.deepEqual(bare, hex(sequenceHeader + keyFrame))
    assert.equal(bare.buffer, unit.buffer)
  })

  test('without delimiter is returned as it is', () => {
    const unit = hex(interFrame)
    assert.equal(withoutTemporalDelimiters(unit), unit)
  })

  test('loses delimiters between its OBUs', () => {
    assert.deepEqual(withoutTemporalDelimiters(hex(`1200${keyFrame}1200${interFrame}`)), hex(keyFrame + interFrame))
    assert.deepEqual(withoutTemporalDelimiters(hex(`${keyFrame}1200`)), hex(keyFrame))
    assert.deepEqual(withoutTemporalDelimiters(hex('1200')), new Uint8Array())
  })

  test('is a key frame or not', () => {
    assert.deepEqual(
      units.map(unit => isAv1KeyFrame(hex(unit))),
      [true, false],
    )
  })

  test('with a key frame that is not shown, or shows an earlier one, is none', () => {
    assert.equal(isAv1KeyFrame(hex('3201 00')), false) // show_existing_frame 0, KEY_FRAME, show_frame 0
    assert.equal(isAv1KeyFrame(hex('1a01 90')), false) // show_existing_frame 1, frame_to_show_map_idx 1
    assert.equal(isAv1KeyFrame(hex('1a01 10')), true)
  })

  test('has a sequence header or not', () => {
    assert.deepEqual(findSequenceHeader(hex(units[0] ?? ''))?.bytes, hex(sequenceHeader))
    assert.equal(findSequenceHeader(hex(units[1] ?? '')), undefined)
  })

  test('any bytes are a temporal unit or the peer’s fault', () => {
    const valid = units.map(hex)
    fuzzDecoder(2, valid, isAv1KeyFrame)
    fuzzDecoder(3, valid, withoutTemporalDelimiters)
  })
})

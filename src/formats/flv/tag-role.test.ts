import assert from 'node:assert/strict'
import { test } from 'vitest'
import { encodeAmf0 } from '../amf/encode-amf0.ts'
import { tagRole } from './tag-role.ts'

/** Worked out by hand from FLV 10.1 §E.4 and Enhanced RTMP v2. */
const tags: readonly (readonly [type: 8 | 9 | 18, body: string, role: string, what: string])[] = [
  [9, '1700000000', 'header', 'AVC sequence header'],
  [9, '1701000000', 'key', 'AVC key frame'],
  [9, '2701000000', 'other', 'AVC inter frame'],
  [9, '1c00000000', 'header', 'HEVC sequence header, codec id 12'],
  [9, '12', 'key', 'key frame of Sorenson H.263'],
  [9, '9068766331', 'header', 'hvc1 SequenceStart'],
  [9, '9168766331', 'key', 'hvc1 CodedFrames, key frame'],
  [9, 'a368766331', 'other', 'hvc1 CodedFramesX, inter frame'],
  [8, 'af00', 'header', 'AAC sequence header'],
  [8, 'af01', 'other', 'AAC raw'],
  [8, '904f707573', 'header', 'Opus SequenceStart'],
  [8, '914f707573', 'other', 'Opus CodedFrames'],
  [8, '2f', 'other', 'MP3'],
  [8, '', 'other', 'nothing'],
]

for (const [type, body, role, what] of tags) {
  test(`tag role: ${what} is ${role}`, () => {
    assert.equal(tagRole({ type, timestamp: 0, body: Buffer.from(body, 'hex') }), role)
  })
}

test('tag role: onMetaData is metadata, other script data is not', () => {
  assert.equal(tagRole({ type: 18, timestamp: 0, body: encodeAmf0('onMetaData', null) }), 'metadata')
  assert.equal(tagRole({ type: 18, timestamp: 0, body: encodeAmf0('onCuePoint', null) }), 'other')
})

import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioTrack, videoTrack } from '../../test/support/sample-frames.ts'
import type { Track } from '../media/track.ts'
import { unreadableCodecs } from './unreadable-codecs.ts'

const vp9: Track = { ...videoTrack, codec: 'vp9', codecLabel: 'VP9' }
const flac: Track = { ...audioTrack, codec: 'flac', codecLabel: 'FLAC' }
const data: Track = { ...audioTrack, kind: 'data', codec: 'amf0', codecLabel: 'AMF0' }
const isH264 = ({ codec }: Track): boolean => codec === 'h264'

for (const [what, tracks, isSettled, expected] of [
  ['none of its tracks is carried', [vp9, flac, data], true, 'VP9, FLAC'],
  ['one is', [videoTrack, flac], true, undefined],
  ['a track may still come', [vp9], false, undefined],
  ['it has nothing but data', [data], true, undefined],
] as const) {
  test(`unreadable codecs of a stream where ${what}: ${expected ?? 'none'}`, () => {
    assert.equal(unreadableCodecs({ tracks, isSettled }, isH264), expected)
  })
}

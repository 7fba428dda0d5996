import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseMp4 } from '../../../test/support/mp4-file.ts'
import { audioTrack, videoTrack } from '../../../test/support/sample-frames.ts'
import type { Track } from '../../media/track.ts'
import { encodeCmafHeader, encodeInitSegment } from './init-segment.ts'
import { type Mp4Track, mp4Track } from './mp4-track.ts'

const unityMatrix = '00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000'
const zeros = (count: number): string => '00'.repeat(count)

/** AAC-LC, 44.1 kHz, stereo. Worked out by hand from ISO/IEC 14496-12 §8 and ISO/IEC 14496-1 §7.2.6. */
const soundOnly = (mehd: string): string => `
  00000018 66747970 69736f36 00000000 69736f36 6d703431
  00000240 6d6f6f76
    0000006c 6d766864 00000000 ${zeros(8)} 000003e8 00000000 00010000 0100 ${zeros(10)} ${unityMatrix} ${zeros(24)} 00000003
    00000190 7472616b
      0000005c 746b6864 00000007 ${zeros(8)} 00000002 ${zeros(8)} ${zeros(8)} 0000 0000 0100 0000 ${unityMatrix} ${zeros(8)}
      0000012c 6d646961
        00000020 6d646864 00000000 ${zeros(8)} 0000ac44 00000000 55c4 0000
        00000021 68646c72 00000000 00000000 736f756e ${zeros(12)} 00
        000000e3 6d696e66
          00000010 736d6864 00000000 00000000
          00000024 64696e66 0000001c 64726566 00000000 00000001 0000000c 75726c20 00000001
          000000a7 7374626c
            0000005b 73747364 00000000 00000001
              0000004b 6d703461 ${zeros(6)} 0001 ${zeros(8)} 0002 0010 0000 0000 ac440000
                00000027 65736473 00000000
                  03 19 0000 00  04 11 40 15 000000 00000000 00000000  05 02 1210  06 01 02
            00000010 73747473 00000000 00000000
            00000010 73747363 00000000 00000000
            00000010 7374636f 00000000 00000000
            00000014 7374737a 00000000 00000000 00000000
    0000003c 6d766578
      ${mehd}
      00000020 74726578 00000000 00000002 00000001 00000000 00000000 00000000`

function described(...tracks: readonly Track[]): readonly Mp4Track[] {
  return tracks.map(track => mp4Track(track) ?? assert.fail(`${track.codec} is not described`))
}

function assertBytes(bytes: Uint8Array, expected: string): void {
  assert.equal(Buffer.from(bytes).toString('hex'), expected.replaceAll(/\s/g, ''))
}

test('init segment: of a track that grows', () => {
  assertBytes(encodeInitSegment(described(audioTrack)), soundOnly(`00000014 66726565 ${zeros(12)}`))
})

test('init segment: of a track that is complete has as many bytes', () => {
  const mehd = '00000014 6d656864 01000000 00000000 000007d0'
  assertBytes(encodeInitSegment(described(audioTrack), 2000), soundOnly(mehd))
})

test('init segment: of one track of CMAF says so, and what its decode times were moved on by', () => {
  const [track = assert.fail()] = described(videoTrack)
  const { file } = parseMp4(encodeCmafHeader({ ...track, compositionDelay: 7200 }))
  assert.deepEqual(file.ftyp?.compatible_brands, ['iso6', 'mp41', 'cmfc'])
  const [edit, ...others] = file.getTrackById(1).edts?.elst?.entries ?? []
  const { segment_duration, media_time, media_rate_integer, media_rate_fraction } = edit ?? assert.fail()
  assert.deepEqual([segment_duration, media_time, media_rate_integer, media_rate_fraction], [0, 7200, 1, 0])
  assert.deepEqual(others, [])
  assert.equal(parseMp4(encodeCmafHeader(track)).file.getTrackById(1).edts, undefined)
})

test('init segment: mp4box.js reads the tracks of several', () => {
  const { file, tracks } = parseMp4(encodeInitSegment(described(videoTrack, audioTrack)))
  assert.deepEqual(
    tracks.map(({ id, codec, timescale }) => [id, codec, timescale]),
    [
      [1, 'avc1.64001f', 90_000],
      [2, 'mp4a.40.2', 44_100],
    ],
  )
  const { isFragmented, videoTracks } = file.getInfo()
  assert.equal(isFragmented, true)
  assert.deepEqual(videoTracks[0]?.video, { width: 1280, height: 720 })
})

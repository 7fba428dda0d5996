import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { audioFrame, audioTrack, videoTrack } from '../../../test/support/sample-frames.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Track } from '../../media/track.ts'
import type { AmfValue } from '../amf/amf-value.ts'
import { encodeAmf0 } from '../amf/encode-amf0.ts'
import { mp4Track, shareInitSegment } from './mp4-track.ts'

/** Of `videoTrack`, by hand from ISO/IEC 14496-12 §12.1.3, up to its boxes. */
const avc1 = (size: string): string => `
  ${size} 61766331 000000000000 0001 ${'00'.repeat(16)} 0500 02d0 00480000 00480000 00000000 0001
  ${'00'.repeat(32)} 0018 ffff 00000013 61766343 0164001fffe10000010000`

/** BT.2020 and PQ on a P3 display with white D65, as ITU-T H.273 and SMPTE ST 2086 number them. */
const hdr = {
  colorConfig: { bitDepth: 10, colorPrimaries: 9, transferCharacteristics: 16, matrixCoefficients: 9 },
  hdrCll: { maxFall: 400, maxCLL: 1000 },
  hdrMdcv: {
    ...{ redX: 0.68, redY: 0.32, greenX: 0.265, greenY: 0.69, blueX: 0.15, blueY: 0.06 },
    ...{ whitePointX: 0.3127, whitePointY: 0.329, maxLuminance: 1000, minLuminance: 0.0001 },
  },
}
const hdrBoxes = `
  00000013 636f6c72 6e636c78 0009 0010 0009 00
  00000020 6d646376 33c2 86c4 1d4c 0bb8 84d0 3e80 3d13 4042 00989680 00000001
  0000000c 636c6c69 03e8 0190`

function coloured(colorInfo: AmfValue): Track {
  return { ...videoTrack, video: { width: 1280, height: 720, colorInfo: encodeAmf0('colorInfo', colorInfo) } }
}

function assertEntry(track: Track, expected: string): void {
  const entry = mp4Track(track)?.sampleEntry ?? assert.fail('not described')
  assert.equal(Buffer.from(entry).toString('hex'), expected.replaceAll(/\s/g, ''))
}

test('sample entry: pictures whose size 16 bits cannot say are not described', () => {
  const sized = (width: number, height: number): Track => ({ ...videoTrack, video: { width, height } })
  assert.notEqual(mp4Track(sized(65_535, 65_535)), undefined)
  assert.equal(mp4Track(sized(65_536, 2)), undefined)
  assert.equal(mp4Track(sized(2, 65_536)), undefined)
})

describe('sample entry: colour', () => {
  test('is told in its three boxes', () => {
    assertEntry(coloured(hdr), avc1('000000a8') + hdrBoxes)
  })

  test('that is not known, or makes no sense, is not told', () => {
    assertEntry(videoTrack, avc1('00000069'))
    assertEntry(coloured(undefined), avc1('00000069'))
    assertEntry(
      coloured({ colorConfig: { colorPrimaries: 300, transferCharacteristics: 1, matrixCoefficients: 1 } }),
      avc1('00000069'),
    )
    assertEntry(
      { ...videoTrack, video: { width: 1280, height: 720, colorInfo: Uint8Array.of(2, 0xff) } },
      avc1('00000069'),
    )
  })
})

test('sample entry: MP3 is mp4a with the object type of its MPEG version', () => {
  const mp3 = (sampleRate: number): Track => ({
    ...audioTrack,
    codec: 'mp3',
    config: undefined,
    audio: { sampleRate, channels: 2 },
  })
  const esds = (type: string): string =>
    `00000023 65736473 00000000 03 15 0000 00 04 0d ${type} 15 000000 00000000 00000000 06 01 02`
  const entry = (rate: string): string =>
    `00000047 6d703461 000000000000 0001 ${'00'.repeat(8)} 0002 0010 00000000 ${rate}`
  assertEntry(mp3(44_100), `${entry('ac440000')} ${esds('6b')}`)
  assertEntry(mp3(22_050), `${entry('56220000')} ${esds('69')}`)
})

test('sample entry: a long AudioSpecificConfig has a size of two bytes', () => {
  const entry = mp4Track({ ...audioTrack, config: new Uint8Array(200) })?.sampleEntry ?? assert.fail()
  assert.match(Buffer.from(entry).toString('hex'), /0581480{400}060102$/)
})

test('mp4 track: what cannot be told yet, or at all, is not', () => {
  assert.equal(mp4Track({ ...videoTrack, config: undefined }), undefined)
  assert.equal(mp4Track({ ...audioTrack, codec: 'ac3', config: undefined }), undefined)
  assert.equal(mp4Track({ ...videoTrack, codec: 'flv-video' }), undefined)
  assert.equal(mp4Track({ ...audioTrack, kind: 'data', codec: 'amf0' }), undefined)
})

test('mp4 track: a configuration or frame that is malformed is the publisher’s fault', () => {
  const malformed = Uint8Array.of(1, 2, 3)
  for (const codec of ['opus', 'flac'] as const)
    assert.throws(() => mp4Track({ ...audioTrack, codec, config: malformed }), ProtocolError)
  for (const codec of ['ac3', 'eac3'] as const) {
    const track: Track = { ...audioTrack, codec, config: undefined }
    assert.throws(() => mp4Track(track, audioFrame(0, 4, 0, track)), ProtocolError)
  }
})

test('mp4 track: one initialisation segment serves all that is told the same', () => {
  const told = (...tracks: readonly Track[]): ReturnType<typeof mp4Track>[] => tracks.map(track => mp4Track(track))
  const share = (some: readonly Track[], others: readonly Track[]): boolean =>
    shareInitSegment(
      told(...some).filter(track => track !== undefined),
      told(...others).filter(track => track !== undefined),
    )
  const both = [videoTrack, audioTrack]
  assert.equal(share(both, [{ ...videoTrack, generation: 1 }, audioTrack]), true)
  assert.equal(share(both, [{ ...videoTrack, config: Uint8Array.of(1) }, audioTrack]), false)
  assert.equal(share(both, [coloured(hdr), audioTrack]), false)
  assert.equal(share(both, [videoTrack]), false)
  assert.equal(share(both, [{ ...videoTrack, id: 5 }, audioTrack]), false)
})

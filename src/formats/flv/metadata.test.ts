import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { readFlvFixture } from '../../../test/support/flv-fixture.ts'
import { ProtocolError } from '../../core/errors.ts'
import { type AmfObject, type AmfValue, namedValues } from '../amf/amf-value.ts'
import { decodeAmf0Values } from '../amf/decode-amf0.ts'
import { encodeAmf0 } from '../amf/encode-amf0.ts'
import { FlvFileReader } from './flv-file-reader.ts'
import { decodeMetadata, encodeMetadata, isMetadata, type KeyframeIndex } from './metadata.ts'

const ffmpegBody = new FlvFileReader().push(readFlvFixture('h264-aac'))[0]?.body ?? new Uint8Array()

const named = (body: Uint8Array): AmfObject => {
  const [name, value] = decodeAmf0Values(body)
  assert.equal(name, 'onMetaData')
  return namedValues(value) ?? {}
}

const timesOf = (body: Uint8Array): AmfValue => namedValues(named(body)['keyframes'])?.['times']

const indexOf = (count: number): KeyframeIndex => ({
  times: Array.from({ length: count }, (_, at) => at * 2),
  filePositions: Array.from({ length: count }, (_, at) => 1000 + at),
})

test('metadata: FFmpeg’s is read', () => {
  assert.ok(isMetadata(ffmpegBody))
  assert.deepEqual(decodeMetadata(ffmpegBody), { encoder: 'Lavf59.27.100', width: 98, height: 58, frameRate: 25 })
})

test('metadata: nonsense is left out, other names are known', () => {
  const fields = { width: -1, height: Number.NaN, videoframerate: 30, encoder: 5, metadatacreator: 'cam', extra: [1] }
  assert.deepEqual(decodeMetadata(encodeAmf0('onMetaData', fields)), { encoder: 'cam', frameRate: 30 })
  assert.deepEqual(decodeMetadata(encodeAmf0('onMetaData')), {})
  assert.deepEqual(decodeMetadata(encodeAmf0('onMetaData', 7)), {})
  assert.deepEqual(decodeMetadata(encodeAmf0('onCuePoint', { width: 5 })), {})
})

test('metadata: only a body that begins with its name is it', () => {
  assert.ok(isMetadata(encodeAmf0('onMetaData')))
  assert.ok(!isMetadata(encodeAmf0('onMetaDat')))
  assert.ok(!isMetadata(encodeAmf0('@setDataFrame', 'onMetaData', {})))
  assert.ok(!isMetadata(new Uint8Array()))
})

test('metadata: is written in the words of FLV 10.1 §E.5', () => {
  const body = encodeMetadata(
    {
      duration: 12.5,
      fileSize: 4096,
      encoder: 'Sluice',
      width: 1280,
      height: 720,
      frameRate: 30,
      videoCodecId: 7,
      audioCodecId: 10,
      audioSampleRate: 48000,
      audioChannels: 2,
      keyframes: { times: [0, 2], filePositions: [500, 900] },
    },
    600,
  )
  const { keyframes, ...fields } = named(body)
  assert.deepEqual(
    { ...fields },
    {
      duration: 12.5,
      width: 1280,
      height: 720,
      framerate: 30,
      videocodecid: 7,
      audiocodecid: 10,
      audiosamplerate: 48000,
      audiochannels: 2,
      stereo: true,
      encoder: 'Sluice',
      filesize: 4096,
    },
  )
  assert.deepEqual({ ...namedValues(keyframes) }, { times: [0, 2], filepositions: [500, 900] })
})

test('metadata: takes exactly its room, whatever it knows', () => {
  assert.equal(encodeMetadata({}, 500).length, 500)
  assert.equal(encodeMetadata({ duration: 1, keyframes: indexOf(10) }, 500).length, 500)
  assert.deepEqual(decodeAmf0Values(encodeMetadata({ duration: 1 }, 100)).slice(2, 4), [null, null])
  assert.throws(() => encodeMetadata({ duration: 1 }, 20), RangeError)
})

test('metadata: an index that does not fit is thinned evenly, or left out', () => {
  assert.equal((timesOf(encodeMetadata({ keyframes: indexOf(20) }, 500)) as number[]).length, 20)
  assert.deepEqual((timesOf(encodeMetadata({ keyframes: indexOf(100) }, 500)) as number[]).slice(0, 3), [0, 16, 32])
  assert.equal(named(encodeMetadata({ keyframes: indexOf(100) }, 60))['keyframes'], undefined)
})

test('metadata: any body is read or the peer’s fault', () => {
  const read = (body: Uint8Array): void => {
    try {
      decodeMetadata(body)
    } catch (error) {
      assert.ok(error instanceof ProtocolError, String(error))
    }
  }
  for (let length = 0; length <= ffmpegBody.length; length++) read(ffmpegBody.subarray(0, length))
  const name = encodeAmf0('onMetaData')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), rest => read(Uint8Array.of(...name, ...rest))),
    { seed: 5, numRuns: 1000 },
  )
})

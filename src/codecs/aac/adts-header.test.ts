import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { adtsHeaderSize, decodeAdtsHeader, encodeAdtsHeader, writeAdtsHeader } from './adts-header.ts'
import { decodeAudioSpecificConfig } from './audio-specific-config.ts'

/** First frame of a file by FFmpeg 7.1.5, `-f adts`; ffprobe says 295 bytes. The configuration of its track in MP4. */
const captured = { header: 'fff14c8024fffc', config: '119056e500', frameLength: 295 }

test('adts header: decode', () => {
  assert.deepEqual(decodeAdtsHeader(hex(captured.header)), {
    audioObjectType: 2,
    samplingFrequency: 48_000,
    channelConfiguration: 2,
    rawDataBlocks: 1,
    headerSize: 7,
    frameLength: captured.frameLength,
  })
})

test('adts header: encode', () => {
  const header = encodeAdtsHeader(decodeAudioSpecificConfig(hex(captured.config)))
  const into = new Uint8Array(9).fill(0xaa)
  writeAdtsHeader(header, captured.frameLength - adtsHeaderSize, into, 1)
  assert.deepEqual(into, hex(`aa ${captured.header} aa`))
})

test('adts header: the core of SBR is what is told', () => {
  const header = encodeAdtsHeader(decodeAudioSpecificConfig(hex('2b920800')))
  assert.equal(decodeAdtsHeader(withLength(header, 100))?.samplingFrequency, 22_050)
})

test('adts header: each length comes back', () => {
  const header = encodeAdtsHeader(decodeAudioSpecificConfig(hex('1238'))) // 7.1
  for (const size of [0, 1, 2040, 2041, 8184]) {
    const decoded = decodeAdtsHeader(withLength(header, size))
    assert.deepEqual([decoded?.frameLength, decoded?.channelConfiguration], [size + adtsHeaderSize, 7])
  }
})

test('adts header: with a checksum, worked out by hand from ISO/IEC 14496-3 §1.A.2.2', () => {
  const header = decodeAdtsHeader(hex('fff8 6c 40 01 3f fe'))
  assert.deepEqual([header?.headerSize, header?.frameLength, header?.rawDataBlocks], [9, 9, 3])
})

test('adts header: cut, asks for more', () => {
  for (let length = 0; length < adtsHeaderSize; length++) {
    assert.equal(decodeAdtsHeader(hex(captured.header).subarray(0, length)), undefined)
  }
})

for (const [name, header, rule] of [
  ['another syncword', 'ffe14c8024fffc', /begins with the syncword/],
  ['MPEG audio', 'fffb4c8024fffc', /layer is 0/],
  ['a reserved rate', 'fff1748024fffc', /at most 12, is 13/],
  ['a length within the header', 'fff14c8000bffc', /at least 7, is 5/],
] as const) {
  test(`adts header: ${name} is the peer’s fault`, () => assert.throws(() => decodeAdtsHeader(hex(header)), rule))
}

for (const [name, config, rule] of [
  ['USAC', 'f94640', /object type is at most 4, is 42/],
  ['an explicit rate', '1780562290', /is 44101/],
  ['channels of a program config element', '1200', /1 to 7, is 0/],
  ['22.2 channels', '1268', /1 to 7, is 13/],
] as const) {
  test(`adts header: ${name} cannot be told`, () => {
    const decoded = decodeAudioSpecificConfig(hex(config))
    assert.throws(() => encodeAdtsHeader(decoded), { fault: 'unsupported', message: rule })
  })
}

test('adts header: a frame that is too long cannot be told', () => {
  assert.throws(() => writeAdtsHeader(hex(captured.header), 8185, new Uint8Array(7), 0), /at most 8191 bytes, is 8192/)
})

test('adts header: any bytes are a header or the peer’s fault', () => {
  fuzzDecoder(13_818, [hex(captured.header)], decodeAdtsHeader)
})

function withLength(header: Uint8Array, payloadSize: number): Uint8Array {
  const bytes = new Uint8Array(adtsHeaderSize)
  writeAdtsHeader(header, payloadSize, bytes, 0)
  return bytes
}

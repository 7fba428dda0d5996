import assert from 'node:assert/strict'
import { test } from 'vitest'
import { binary, fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { adtsAudioSpecificConfig } from './adts-configuration.ts'
import { decodeAdtsHeader } from './adts-header.ts'
import { decodeLoasFrame, loasFrameSize } from './loas-frame.ts'

const hexOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')

/** Worked out by hand from ISO/IEC 14496-3 §1.7.3.1: LC, 48 kHz, mono. */
const asc = '00010 0011 0001 000'
const slots = '00000011 10101010 10111011 11001100'
const vectors = [
  ['the configuration in the frame', `0 0 1 000000 0000 000 ${asc} 000 11111111 0 0 ${slots}`],
  [
    'version 1, which tells its length',
    `0 1 0 00 00000000 1 000000 0000 000 00 00010000 ${asc} 000 11111111 0 0 ${slots}`,
  ],
  ['other data and a checksum', `0 0 1 000000 0000 000 ${asc} 000 11111111 1 0 00001000 1 00000000 ${slots}`],
] as const

function frame(bits: string): Uint8Array {
  const element = binary(bits)
  return Uint8Array.of(0x56, 0xe0, element.length, ...element)
}

for (const [name, bits] of vectors) {
  test(`loas: ${name}`, () => {
    const bytes = frame(bits)
    assert.equal(loasFrameSize(bytes), bytes.length)
    const decoded = decodeLoasFrame(bytes, undefined)
    assert.equal(hexOf(decoded?.configuration.audioSpecificConfig), '1188')
    assert.deepEqual(decoded?.payloads.map(hexOf), ['aabbcc'])
    assert.deepEqual(decodeLoasFrame(frame(`1 ${slots}`), decoded?.configuration)?.payloads.map(hexOf), ['aabbcc'])
  })
}

test('loas: a frame before the configuration has come is none', () => {
  assert.equal(decodeLoasFrame(frame(`1 ${slots}`), undefined), undefined)
})

test('loas: several programs and layers are not supported', () => {
  assert.throws(() => decodeLoasFrame(frame(`0 0 1 000000 0001 000 ${asc}`), undefined), { fault: 'unsupported' })
})

test('loas: without its syncword it is the peer’s fault', () => {
  assert.throws(() => loasFrameSize(hex('56c003')), { protocol: 'aac', fault: 'malformed' })
})

test('loas: any bytes are a frame or the peer’s fault', () => {
  fuzzDecoder(
    11,
    vectors.map(([, bits]) => frame(bits)),
    bytes => decodeLoasFrame(bytes, undefined),
  )
})

/** ISO/IEC 14496-3 §1.6.2.1: LC, 44 100 Hz, stereo; SSR, 7 350 Hz, mono. */
for (const [header, config] of [
  ['fff15080017ffc', '1210'],
  ['fff1b040017ffc', '1e08'],
] as const) {
  test(`adts: ${header} is the configuration ${config}`, () => {
    const decoded = decodeAdtsHeader(hex(header))
    assert.equal(decoded && hexOf(adtsAudioSpecificConfig(decoded)), config)
  })
}

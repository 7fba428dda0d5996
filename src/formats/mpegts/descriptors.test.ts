import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import {
  decodeDescriptors,
  languageDescriptor,
  languageOf,
  metadataDescriptor,
  metadataFormat,
  metadataPointerDescriptor,
} from './descriptors.ts'

const digits = (bytes: readonly number[]): string => Buffer.from(bytes).toString('hex')

/** Worked out by hand from ISO/IEC 13818-1 §2.6.18. */
test('descriptors: language', () => {
  assert.equal(digits(languageDescriptor('deu')), '0a0464657500')
  assert.equal(languageOf(decodeDescriptors(hex('05044f707573 0a0464657500'))), 'deu')
  assert.equal(languageOf(decodeDescriptors(hex('0a08 454e4700 66726103'))), 'eng')
  for (const none of ['', '0a00', '0a026465', '0a04756e6400', '0a0400000000']) {
    assert.equal(languageOf(decodeDescriptors(hex(none))), undefined, none)
  }
})

/** The vectors of Timed Metadata for HTTP Live Streaming, §2.3.1 and §2.3.2: program_number 1. */
test('descriptors: ID3', () => {
  const metadata = '260d ffff 49443320 ff 49443320 00 0f'
  assert.equal(digits(metadataDescriptor('ID3 ')), metadata.replaceAll(' ', ''))
  assert.equal(metadataFormat(decodeDescriptors(hex(metadata))), 'ID3 ')
  const pointer = '250f ffff 49443320 ff 49443320 00 1f 0001'
  assert.equal(digits(metadataPointerDescriptor('ID3 ', 1)), pointer.replaceAll(' ', ''))
})

/** MISB ST 1402, table 4: application format 0x0100. */
test('descriptors: synchronous KLV', () => {
  assert.equal(metadataFormat(decodeDescriptors(hex('2609 0100 ff 4b4c5641 00 0f'))), 'KLVA')
  for (const none of ['', '2600', '26040100ff4b', '26050100100000']) {
    assert.equal(metadataFormat(decodeDescriptors(hex(none))), undefined, none)
  }
})

test('descriptors: any bytes are descriptors or the peer’s fault', () => {
  fuzzDecoder(13818, [hex('05044f707573 0a0464657500 2609 0100 ff 4b4c5641 00 0f')], bytes => {
    const descriptors = decodeDescriptors(bytes)
    languageOf(descriptors)
    metadataFormat(descriptors)
  })
})

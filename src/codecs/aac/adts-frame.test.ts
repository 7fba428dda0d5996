import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { decodeAdtsFrame } from './adts-frame.ts'
import { decodeAdtsHeader } from './adts-header.ts'

/** Worked out by hand from ISO/IEC 14496-3 §1.A.2.2; the checksums are any. */
const one = 'fff15080017ffc aabbccdd'
const protectedOne = 'fff0508001bffc 1111 aabbccdd'
const two = 'fff0508002dffd 0006 1111 aabbccdd 2222 010203 3333'
const three = 'fff0508002fffe 0003 0007 1111 aa 2222 bbbb 3333 cc 4444'

function decode(bytes: Uint8Array): readonly Uint8Array[] {
  const header = decodeAdtsHeader(bytes)
  return header === undefined || bytes.length < header.frameLength ? [] : decodeAdtsFrame(header, bytes)
}

for (const [what, frame, blocks] of [
  ['one block', one, ['aabbccdd']],
  ['one block and its checksum', protectedOne, ['aabbccdd']],
  ['two blocks', two, ['aabbccdd', '010203']],
  ['three blocks', three, ['aa', 'bbbb', 'cc']],
] as const) {
  test(`adts frame: ${what}`, () => {
    assert.equal(decodeAdtsHeader(hex(frame))?.frameLength, hex(frame).length)
    assert.deepEqual(
      decode(hex(frame)).map(block => Buffer.from(block).toString('hex')),
      blocks,
    )
  })
}

for (const [what, frame, fault] of [
  ['blocks without checksums', 'fff15080017ffd aabbccdd', 'unsupported'],
  ['a block that ends before it begins', two.replace('0006', '0001'), 'malformed'],
  ['a block behind the end of the frame', two.replace('0006', '000c'), 'malformed'],
  ['a frame that is too short for its positions', 'fff0508001bffe 0000 0000 1111', 'malformed'],
] as const) {
  test(`adts frame: ${what} cannot be taken apart`, () => assert.throws(() => decode(hex(frame)), { fault }))
}

test('adts frame: any bytes are blocks or the peer’s fault', () => {
  fuzzDecoder(13_818, [hex(two), hex(three)], decode)
})

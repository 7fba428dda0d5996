import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import { decodeOpusSpecificBox, encodeOpusSpecificBox } from './specific-box.ts'

/** By hand from RFC 7845 §5.1 and Opus-ISOBMFF §4.3.2: stereo, pre-skip 312, 48 kHz, gain -256, family 0. */
const identificationHeader = `${Buffer.from('OpusHead').toString('hex')}01 02 3801 80bb0000 00ff 00`.replaceAll(' ', '')
const specificBox = '00 02 0138 0000bb80 ff00 00'.replaceAll(' ', '')

test('opus specific box: tells what the identification header does, in both directions', () => {
  assert.equal(
    Buffer.from(decodeOpusSpecificBox(Buffer.from(specificBox, 'hex'))).toString('hex'),
    identificationHeader,
  )
  assert.equal(
    Buffer.from(encodeOpusSpecificBox(Buffer.from(identificationHeader, 'hex'))).toString('hex'),
    specificBox,
  )
})

test('opus specific box: whatever decodes encodes to the same, and the rest is malformed', () => {
  const property = fc.property(fc.uint8Array({ maxLength: 30 }), body => {
    try {
      const config = decodeOpusSpecificBox(body)
      assert.deepEqual(decodeOpusSpecificBox(encodeOpusSpecificBox(config)).subarray(8, 19), config.subarray(8, 19))
    } catch (error) {
      assert.ok(error instanceof ProtocolError, String(error))
    }
  })
  fc.assert(property, { seed: 7845, numRuns: 2000 })
})

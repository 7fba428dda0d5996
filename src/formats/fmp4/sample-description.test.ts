import assert from 'node:assert/strict'
import { test } from 'vitest'
import { decodeSampleDescriptions } from './sample-description.ts'

/** By hand from ISO/IEC 14496-12 §12.2.3: stereo at 48 kHz, up to its boxes. */
const sound = '000000000000 0001 0000000000000000 0002 0010 0000 0000 bb800000'
/** By hand from §12.1.3: 320x240, up to its boxes. */
const picture = `000000000000 0001 ${'00'.repeat(16)} 0140 00f0 00480000 00480000 00000000 0001 ${'00'.repeat(32)} 0018 ffff`

/** Codecs that only their frames tell in full: what players are told of them is in the sample entry. */
const vectors = [
  { entry: `0000002f 61632d33 ${sound} 0000000b 64616333 103d40`, codecString: 'ac-3' },
  { entry: `00000031 65632d33 ${sound} 0000000d 64656333 0600 200f00`, codecString: 'ec-3' },
  {
    // ISO/IEC 14496-1 §7.2.6: MP3 has the objectTypeIndication 6B.
    entry: `00000047 6d703461 ${sound}
      00000023 65736473 00000000 0315 0001 00 040d 6b 15 000000 00000000 00000000 060102`,
    codecString: 'mp4a.6B',
  },
  // VP-ISOBMFF §2.2: profile 0, level 2.0, 8 bits, BT.709.
  {
    entry: `0000006a 76703039 ${picture} 00000014 76706343 01000000 00 14 82 01 01 01 0000`,
    codecString: 'vp09.00.20.08',
  },
]

for (const { entry, codecString } of vectors) {
  test(`sample description: ${codecString} is known before its first frame`, () => {
    const stsd = Buffer.from(`00000000 00000001 ${entry}`.replaceAll(/\s/g, ''), 'hex')
    const [description] = decodeSampleDescriptions(stsd)
    assert.ok(typeof description === 'object')
    const facts = 'video' in description ? description.video : description.audio
    assert.equal(facts?.codecString, codecString)
  })
}

test('sample description: of a configuration that cannot be read, the codec is told without its details', () => {
  const entry = `00000059 76703039 ${picture} 00000009 76706343 01`
  const stsd = Buffer.from(`00000000 00000001 ${entry}`.replaceAll(/\s/g, ''), 'hex')
  const [description] = decodeSampleDescriptions(stsd)
  assert.ok(typeof description === 'object' && 'video' in description)
  assert.deepEqual([description.codec, description.video], ['vp9', { width: 320, height: 240 }])
})

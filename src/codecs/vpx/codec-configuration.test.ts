import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { decodeVpCodecConfiguration, encodeVpCodecConfiguration, vpCodecString } from './codec-configuration.ts'
import { vpLevel } from './level.ts'

/** Bodies of vpcC boxes by FFmpeg 7.1.5. */
const captures = [
  { body: '01000000 00 0a 82 020202 0000', codecString: 'vp09.00.10.08' },
  { body: '01000000 02 28 a2 091009 0000', codecString: 'vp09.02.40.10.01.09.16.09.00' },
  { body: '01000000 03 0a a4 020202 0000', codecString: 'vp09.03.10.10.02.01.01.01.00' },
]

for (const { body, codecString } of captures) {
  test(`vpcC: ${codecString}`, () => {
    const configuration = decodeVpCodecConfiguration(hex(body), 'vp9')
    assert.equal(vpCodecString('vp09', configuration), codecString)
    assert.deepEqual(encodeVpCodecConfiguration(configuration), hex(body))
  })

  test(`vpcC: ${codecString}, cut at every byte, is the peer’s fault`, () => {
    for (let length = 0; length < 12; length++) {
      assert.throws(() => decodeVpCodecConfiguration(hex(body).subarray(0, length), 'vp9'), { protocol: 'vp9' })
    }
  })
}

test('vpcC: the older version 0 is the peer’s fault', () => {
  assert.throws(() => decodeVpCodecConfiguration(hex('00000000 00 0a 82 020202 0000'), 'vp8'), /is 1, is 0/)
})

test('vpcC: any bytes are a configuration or the peer’s fault', () => {
  const bodies = captures.map(({ body }) => hex(body))
  fuzzDecoder(11, bodies, bytes => vpCodecString('vp09', decodeVpCodecConfiguration(bytes, 'vp9')))
})

test('vp level: by luma samples and by the longest side', () => {
  const sizes = [
    [256, 144],
    [640, 360],
    [1280, 720],
    [1920, 1080],
    [3840, 2160],
    [4161, 16],
    [65_536, 1],
  ] as const
  assert.deepEqual(
    sizes.map(([width, height]) => vpLevel(width, height)),
    [10, 21, 31, 40, 50, 50, 62],
  )
})

import assert from 'node:assert/strict'
import { test } from 'vitest'
import { plainConfig } from './plain-config.ts'

/** Of FFmpeg 7.1's encoder, and what ADTS tells of the same frames; worked out by ISO/IEC 14496-3 §1.6.2.1. */
const vectors: readonly (readonly [config: string, plain: string, what: string])[] = [
  ['119056e500', '1190', 'FFmpeg, stereo'],
  ['1190', '1190', 'ADTS, stereo'],
  ['139056e5a0', '139056e5a0', 'with SBR'],
  ['56e500', '56e500', 'nothing else'],
]

for (const [config, plain, what] of vectors) {
  test(`plain AAC configuration: ${what}`, () => {
    assert.equal(Buffer.from(plainConfig(Buffer.from(config, 'hex'))).toString('hex'), plain)
  })
}

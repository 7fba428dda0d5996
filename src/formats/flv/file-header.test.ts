import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import { decodeFileHeader, encodeFileHeader } from './file-header.ts'

/** From files by FFmpeg 5.1.9; the last worked out by hand from FLV 10.1 §E.2. */
const vectors = [
  { name: 'sound and picture', wire: '464c56010500000009', hasAudio: true, hasVideo: true },
  { name: 'sound', wire: '464c56010400000009', hasAudio: true, hasVideo: false },
  { name: 'picture', wire: '464c56010100000009', hasAudio: false, hasVideo: true },
]

for (const { name, wire, hasAudio, hasVideo } of vectors) {
  const bytes = Buffer.from(wire, 'hex')

  test(`file header: ${name}`, () => {
    assert.deepEqual(decodeFileHeader(bytes), { hasAudio, hasVideo, dataOffset: 9 })
    assert.equal(Buffer.from(encodeFileHeader({ hasAudio, hasVideo })).toString('hex'), `${wire}00000000`)
  })

  test(`file header: ${name}, cut short, asks for more`, () => {
    for (let n = 0; n < bytes.length; n++) assert.equal(decodeFileHeader(bytes.subarray(0, n)), undefined)
  })
}

test('file header: what is no FLV is told by its first wrong byte', () => {
  assert.throws(() => decodeFileHeader(Buffer.from('47', 'hex')), ProtocolError)
  assert.throws(() => decodeFileHeader(Buffer.from('464c57', 'hex')), ProtocolError)
  assert.throws(() => decodeFileHeader(Buffer.from('464c56010500000008', 'hex')), /at least 9, is 8/)
})

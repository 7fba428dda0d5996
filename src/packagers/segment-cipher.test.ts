import assert from 'node:assert/strict'
import { createDecipheriv } from 'node:crypto'
import { test } from 'vitest'
import { encryptSegment, SegmentCipher, segmentIv } from './segment-cipher.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

test('segment cipher: is AES-128 in CBC mode as NIST SP 800-38A §F.2.1 has it', () => {
  const plain = hex(`6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
    30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710`)
  const cipher = hex(`7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2
    73bed6b8e3c1743b7116e69e22229516 3ff1caa1681fac09120eca307586e1a7`)
  const key = hex('2b7e151628aed2a6abf7158809cf4f3c')
  const iv = hex('000102030405060708090a0b0c0d0e0f')
  const encrypted = encryptSegment(plain, { key, iv })
  assert.ok(cipher.equals(encrypted.subarray(0, 64)))
  // Whole blocks are followed by one of nothing but padding: RFC 5652 §6.3.
  const padding = createDecipheriv('aes-128-cbc', key, cipher.subarray(48)).setAutoPadding(false)
  assert.equal(padding.update(encrypted.subarray(64)).toString('hex'), '10'.repeat(16))
})

test('segment cipher: each segment is encrypted once for a key', () => {
  const cipher = new SegmentCipher()
  const [segment, iv] = [Buffer.alloc(100), Buffer.alloc(16)]
  const [one, other] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)]
  const encrypted = cipher.encrypt(segment, { key: one, iv })
  assert.equal(cipher.encrypt(segment, { key: Buffer.from(one), iv }), encrypted)
  assert.deepEqual(cipher.totals, { segments: 1, bytes: 112 })
  assert.ok(!cipher.encrypt(segment, { key: other, iv }).every((byte, i) => byte === encrypted[i]))
  assert.equal(cipher.totals.segments, 2)
})

test('segment cipher: initialisation vectors are told apart by rendition and number', () => {
  assert.equal(Buffer.from(segmentIv('video', 0x6b_01_02_03)).toString('hex'), '766964656f000000000000006b010203')
  assert.equal(Buffer.from(segmentIv('audio-99', 1)).toString('hex'), '617564696f2d39390000000000000001')
})

test('segment cipher: piece by piece comes what comes as a whole, and each range of it', async () => {
  const key = { key: Buffer.alloc(16, 1), iv: Buffer.alloc(16, 2) }
  for (const size of [0, 15, 16, 100]) {
    const plain = Buffer.from(Array.from({ length: size }, (_, i) => i))
    const read = async function* (start: number, end: number) {
      for (let at = start; at < end; at += 7) yield plain.subarray(at, Math.min(at + 7, end))
    }
    const cipher = new SegmentCipher()
    const [whole, encrypted] = [encryptSegment(plain, key), cipher.encryptPieces({ size, read }, key)]
    assert.equal(encrypted.size, whole.length)
    for (let start = 0; start < whole.length; start += 5) {
      for (let end = start + 1; end <= whole.length; end += 3) {
        assert.ok((await allOf(encrypted.read(start, end))).equals(whole.subarray(start, end)), `${start} to ${end}`)
      }
    }
    cipher.totals.bytes = 0
    await allOf(encrypted.read(0, whole.length))
    assert.equal(cipher.totals.bytes, whole.length)
  }
})

async function allOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = []
  for await (const piece of pieces) found.push(piece)
  return Buffer.concat(found)
}

import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { test } from 'vitest'
import { readSrtCapture } from '../../../test/support/srt-capture.ts'
import { ProtocolError } from '../../core/errors.ts'
import { decodeControlPacket } from './control-packet.ts'
import { decodeDataPacket, encodeDataPacket } from './data-packet.ts'
import { decodeHandshake } from './handshake.ts'
import { contentOf, extensionTypes } from './handshake-extension.ts'
import { decodeKeyMaterial, encodeKeyMaterial } from './key-material.ts'
import { unwrapKeys, wrapKeys } from './key-wrap.ts'
import { destinationOf, isControlPacket } from './packet.ts'
import { openKeyMaterial, PayloadOpener } from './payload-keys.ts'

const packets = readSrtCapture('publish-aes256')
const passphrase = 'correct-horse'

function capturedMaterial(): Uint8Array {
  const conclusion = decodeControlPacket(packets[2]?.bytes ?? new Uint8Array(0))
  assert.equal(conclusion.type, 'handshake')
  const { extensions } = decodeHandshake(conclusion.body)
  return contentOf(extensions, extensionTypes.SRT_CMD_KMREQ) ?? new Uint8Array(0)
}

test('payload keys: what FFmpeg 7.1 has encrypted, across a change of its key, is a transport stream', async () => {
  const secret = await openKeyMaterial(capturedMaterial(), passphrase)
  assert.ok(secret)
  const opener = new PayloadOpener(secret)
  const seen = { even: 0, odd: 0, none: 0 }
  for (const { bytes } of packets.filter(({ from }) => from === 'caller')) {
    if (isControlPacket(bytes)) {
      const control = decodeControlPacket(bytes)
      if (control.type === 'key-request') assert.ok(opener.announce(control.keyMaterial))
      continue
    }
    const packet = decodeDataPacket(bytes)
    const payload = opener.open(packet)
    assert.equal(payload?.[0], 0x47)
    assert.equal(payload.length, packet.payload.length)
    seen[packet.key]++
  }
  assert.ok(seen.even > 10 && seen.odd === 0, JSON.stringify(seen))
})

test('payload keys: the announced pair holds the key in use and another', async () => {
  const secret = await openKeyMaterial(capturedMaterial(), passphrase)
  assert.ok(secret)
  const request = packets.map(({ bytes }) => bytes).find(bytes => bytes[0] === 0xff)
  const material = decodeKeyMaterial((request ?? new Uint8Array(0)).subarray(16))
  assert.equal(material.keys, 'both')
  const keys = unwrapKeys(secret.wrappingKey, material.wrapped)
  assert.deepEqual(keys?.subarray(0, 32), secret.keys)
  assert.equal(keys?.length, 64)
})

test('payload keys: another passphrase opens nothing', async () => {
  assert.equal(await openKeyMaterial(capturedMaterial(), 'battery-staple'), undefined)
})

test('key wrap: the vector of RFC 3394 §4.1', () => {
  const wrappingKey = createSecretKey(Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'))
  const key = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  const wrapped = '1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5'
  assert.equal(Buffer.from(wrapKeys(wrappingKey, key)).toString('hex'), wrapped)
  assert.deepEqual(unwrapKeys(wrappingKey, Buffer.from(wrapped, 'hex')), key)
})

test('key material: what libsrt has sent comes out as it went in, and cut anywhere it is the peer at fault', () => {
  const bytes = capturedMaterial()
  assert.deepEqual(encodeKeyMaterial(decodeKeyMaterial(bytes)), Uint8Array.from(bytes))
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decodeKeyMaterial(bytes.subarray(0, length)), ProtocolError)
  }
})

test('key material: any change is read or the peer is at fault', () => {
  const whole = capturedMaterial()
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
      const bytes = Uint8Array.from(whole)
      bytes[at] = value
      try {
        decodeKeyMaterial(bytes)
      } catch (error) {
        assert.ok(error instanceof ProtocolError)
      }
    }),
    { seed: 45, numRuns: 1000 },
  )
})

test('data packet: all that libsrt sends come out as they went in', () => {
  for (const capture of ['publish', 'publish-aes256'] as const) {
    const data = readSrtCapture(capture).filter(({ bytes }) => !isControlPacket(bytes))
    assert.ok(data.length > 3)
    for (const { bytes } of data) {
      assert.deepEqual(encodeDataPacket(decodeDataPacket(bytes), destinationOf(bytes)), bytes)
    }
  }
})

test('data packet: flags, by hand from §3.1', () => {
  const wire = Buffer.from('7fffffff' + 'f4000007' + '00000001' + '00000002' + 'aabb', 'hex')
  assert.deepEqual(decodeDataPacket(wire), {
    sequence: 0x7fffffff,
    message: 7,
    key: 'odd',
    isRetransmitted: true,
    timestamp: 1,
    payload: Buffer.from('aabb', 'hex'),
  })
  assert.throws(() => decodeDataPacket(Buffer.from('00000001f8000007000000010000000200', 'hex')), /names both/)
})

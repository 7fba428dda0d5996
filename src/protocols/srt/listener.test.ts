import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { readSrtCapture, type SrtCapture } from '../../../test/support/srt-capture.ts'
import { ProtocolError } from '../../core/errors.ts'
import { acceptCall, agreeOnSecret, type Call, refuseCall, type SecretRule } from './call.ts'
import { Cookies } from './cookie.ts'
import { SrtListener } from './listener.ts'
import { headerSize, readWord, writeWord } from './packet.ts'
import { rejectReasons } from './reject-reason.ts'

const peer = { address: '127.0.0.1', port: 5000 }
const minute = 60_000_000
const listener = new SrtListener({ cookies: new Cookies(createSecretKey(Buffer.alloc(32, 1))), keyLength: 0 })

/** Offsets in a handshake packet. */
const at = { version: headerSize, type: headerSize + 20, cookie: headerSize + 28, extensions: headerSize + 48 }

/** A captured packet that a test may change. */
function captured(name: SrtCapture, index: number): Uint8Array {
  return Uint8Array.from(readSrtCapture(name)[index]?.bytes ?? [])
}

const induction = captured('publish', 0)

function withWord(packet: Uint8Array, offset: number, value: number): Uint8Array {
  writeWord(packet, offset, value)
  return packet
}

function cookieFor(from = peer, now = 0): number {
  const answer = listener.receive(induction, from, now)
  assert.equal(answer?.type, 'reply')
  return readWord(answer.packet, at.cookie)
}

/** The conclusion that libsrt has sent, with our cookie. */
function conclusion(name: SrtCapture = 'publish', now = 0): Uint8Array {
  const packet = captured(name, 2)
  writeWord(packet, at.cookie, cookieFor(peer, now))
  return packet
}

function call(name: SrtCapture = 'publish'): Call {
  const answer = listener.receive(conclusion(name), peer, 0)
  assert.equal(answer?.type, 'call')
  return answer.call
}

describe('listener: what libsrt 1.5.4 says', () => {
  test('an induction is answered as libsrt answers it, but for the cookie and the time', () => {
    const answer = listener.receive(induction, peer, 0)
    assert.equal(answer?.type, 'reply')
    const expected = captured('publish', 1)
    for (const [target, offset] of [
      [answer.packet, 8],
      [expected, 8],
      [answer.packet, at.cookie],
      [expected, at.cookie],
    ] as const) {
      writeWord(target, offset, 0)
    }
    assert.deepEqual(answer.packet, expected)
  })

  test('a conclusion is a call', () => {
    const { capabilities, streamId, keyMaterial, handshake, timestamp } = call()
    assert.equal(streamId, 'publish:live/test')
    assert.deepEqual(capabilities, { version: 0x010504, flags: 0xbf, receiverDelay: 200, senderDelay: 200 })
    assert.equal(keyMaterial, undefined)
    assert.equal(handshake.initialSequence, 0x1086f564)
    assert.equal(timestamp, 0x58f)
  })

  test('the answer is that of libsrt, but for what each side says of itself', () => {
    const accepted = acceptCall(call(), { socketId: 0x25f98d21, latency: 120, secret: undefined, startedAt: 0 })
    const [answer, expected] = [Buffer.from(accepted.answerAt(0x136)), Buffer.from(captured('publish', 3))]
    const capabilities = at.extensions + 4
    for (const packet of [answer, expected]) {
      packet.fill(0, at.cookie, at.cookie + 4)
      packet.fill(0, capabilities, capabilities + 8)
    }
    assert.deepEqual(answer, expected)
    assert.equal(accepted.session.receiveLatency, 200_000)
  })

  test('a refusal is that of libsrt, but for cookie and time', () => {
    const answer = Buffer.from(refuseCall(call('wrong-passphrase'), 'SRT_REJ_BADSECRET'))
    const expected = Buffer.from(captured('wrong-passphrase', 3))
    for (const packet of [answer, expected]) {
      packet.fill(0, 8, 12)
      packet.fill(0, at.cookie, at.cookie + 4)
      // Their socket, which they have made by then.
      packet.fill(0, headerSize + 24, headerSize + 28)
    }
    assert.deepEqual(answer, expected)
  })
})

describe('listener: cookies', () => {
  test('a conclusion without the right one gets no answer', () => {
    const packet = conclusion()
    writeWord(packet, at.cookie, cookieFor() ^ 1)
    assert.equal(listener.receive(packet, peer, 0), undefined)
  })

  test('one is good for one address and port', () => {
    for (const other of [
      { ...peer, port: 5001 },
      { ...peer, address: '127.0.0.2' },
    ]) {
      assert.equal(listener.receive(conclusion(), other, 0), undefined)
    }
  })

  test('one is good for a minute and not for two', () => {
    assert.equal(listener.receive(conclusion(), peer, minute)?.type, 'call')
    assert.equal(listener.receive(conclusion(), peer, 2 * minute), undefined)
  })
})

describe('listener: callers that it cannot talk to are told why', () => {
  const reasonFor = (change: (packet: Uint8Array) => Uint8Array): string | undefined => {
    const answer = listener.receive(change(conclusion()), peer, 0)
    if (answer?.type !== 'refusal') return undefined
    assert.equal(readWord(answer.packet, at.type), rejectReasons[answer.reason])
    return answer.reason
  }

  test('version 4 of the handshake', () => {
    const reason = reasonFor(packet => withWord(packet, at.version, 4))
    assert.equal(reason, 'SRT_REJ_VERSION')
  })

  test('no handshake extension', () => {
    assert.equal(
      reasonFor(packet => packet.subarray(0, at.extensions)),
      'SRT_REJ_ROGUE',
    )
  })

  test('buffer mode', () => {
    const reason = reasonFor(packet => withWord(packet, at.extensions + 8, 0xff))
    assert.equal(reason, 'SRT_REJ_MESSAGEAPI')
  })

  for (const [what, extension, reason] of [
    ['file transfer', '00060001656c6966', 'SRT_REJ_CONGESTION'],
    ['a packet filter', '0007000100636566', 'SRT_REJ_FILTER'],
    ['a group', '000800020000000100010000', 'SRT_REJ_GROUP'],
  ] as const) {
    test(what, () => {
      const told = reasonFor(packet => Uint8Array.from([...packet, ...Buffer.from(extension, 'hex')]))
      assert.equal(told, reason)
    })
  }

  for (const [what, extension] of [
    ['a stream id of 516 bytes', `00050081${'61'.repeat(516)}`],
    ['a congestion control that is no text', '00060001ffffffff'],
  ] as const) {
    test(what, () => {
      const packet = captured('publish-aes256', 2)
      const withCookie = withWord(packet, at.cookie, cookieFor())
      const withoutStreamId = withCookie.subarray(0, at.extensions + 16)
      const lying = Uint8Array.from([...withoutStreamId, ...Buffer.from(extension, 'hex')])
      assert.equal(
        reasonFor(() => lying),
        'SRT_REJ_ROGUE',
      )
    })
  }

  test('live congestion control is what we have', () => {
    const packet = Uint8Array.from([...conclusion(), ...Buffer.from('000600016576696c', 'hex')])
    assert.equal(listener.receive(packet, peer, 0)?.type, 'call')
  })
})

describe('listener: encryption', () => {
  for (const [what, name, passphrase, outcome, optional] of [
    ['the same passphrase', 'publish-aes256', 'correct-horse', true, true],
    ['another passphrase', 'wrong-passphrase', 'battery-staple', 'SRT_REJ_BADSECRET', 'SRT_REJ_BADSECRET'],
    ['a passphrase on our side only', 'publish', 'correct-horse', 'SRT_REJ_UNSECURE', true],
    ['a passphrase on their side only', 'publish-aes256', '', 'SRT_REJ_UNSECURE', 'SRT_REJ_UNSECURE'],
    ['none', 'publish', '', true, true],
  ] as const) {
    test(what, async () => {
      const ask = async (encryption: SecretRule['encryption']): Promise<string | true> => {
        const agreement = await agreeOnSecret(call(name), { passphrase, encryption })
        return agreement.ok ? true : agreement.reason
      }
      assert.equal(await ask('required'), outcome)
      assert.equal(await ask('optional'), optional)
    })
  }

  test('another cipher than AES-CTR, and material that cannot be read', async () => {
    const { keyMaterial = new Uint8Array(0) } = call('publish-aes256')
    const rule = { passphrase: 'correct-horse', encryption: 'required' } as const
    const gcm = Uint8Array.from(keyMaterial)
    gcm[8] = 4
    const other = await agreeOnSecret({ keyMaterial: gcm }, rule)
    assert.equal(other.ok ? undefined : other.reason, 'SRT_REJ_CRYPTO')
    const cut = await agreeOnSecret({ keyMaterial: keyMaterial.subarray(0, 40) }, rule)
    assert.equal(cut.ok ? undefined : cut.reason, 'SRT_REJ_ROGUE')
  })
})

test('listener: any change of a conclusion is answered, passed over, or the peer is at fault', () => {
  const whole = conclusion('publish-aes256')
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4 }), fc.nat(whole.length), (changes, length) => {
      const packet = whole.slice(0, length)
      for (const [offset, value] of changes) if (offset < length) packet[offset] = value
      try {
        listener.receive(packet, peer, 0)
      } catch (error) {
        assert.ok(error instanceof ProtocolError)
      }
    }),
    { seed: 44, numRuns: 3000 },
  )
})

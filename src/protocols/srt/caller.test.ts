import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { readSrtCapture, type SrtCapture } from '../../../test/support/srt-capture.ts'
import { HandshakeHolder } from '../../../test/support/srt-handshake.ts'
import { ProtocolError } from '../../core/errors.ts'
import { acceptCall, agreeOnSecret, type Call, refuseCall } from './call.ts'
import { SrtCaller } from './caller.ts'
import type { ConnectOptions } from './connecting.ts'
import { decodeControlPacket, encodeControlPacket } from './control-packet.ts'
import { Cookies } from './cookie.ts'
import { decodeHandshake, encodeHandshake, type Handshake, handshakeTypes } from './handshake.ts'
import { contentOf, extensionTypes } from './handshake-extension.ts'
import { decodeKeyMaterial } from './key-material.ts'
import { SrtListener } from './listener.ts'
import { destinationOf, headerSize, writeWord } from './packet.ts'
import { rejectReasons } from './reject-reason.ts'

const peer = { address: '127.0.0.1', port: 5000 }

/** The caller of a capture. */
function optionsOf(name: SrtCapture): ConnectOptions {
  const [induction] = captured(name)
  assert.ok(induction !== undefined)
  const { socketId, initialSequence } = handshakeOf(induction)
  const wishes = { latency: 200, streamId: '', passphrase: '', keyLength: undefined }
  return { socketId, initialSequence, peerAddress: '127.0.0.1', ...wishes, startedAt: 0, timeout: 3_000_000 }
}

function captured(name: SrtCapture): readonly Uint8Array[] {
  return readSrtCapture(name).map(({ bytes }) => Uint8Array.from(bytes))
}

function handshakeOf(packet: Uint8Array): Handshake {
  const control = decodeControlPacket(packet)
  assert.equal(control.type, 'handshake')
  return decodeHandshake(control.body)
}

function open(options: Partial<ConnectOptions> = {}, name: SrtCapture = 'publish'): HandshakeHolder<SrtCaller> {
  return new HandshakeHolder(handler => new SrtCaller({ ...optionsOf(name), ...options }, handler))
}

/** A packet with the fields zeroed that each side has its own of. */
function without(packet: Uint8Array | undefined, ...offsets: readonly number[]): string {
  const copy = Uint8Array.from(packet ?? [])
  for (const offset of [8, ...offsets]) writeWord(copy, offset, 0)
  return Buffer.from(copy).toString('hex')
}

const at = { cookie: headerSize + 28, version: headerSize + 48 + 4, flags: headerSize + 48 + 8 }

describe('caller: says what libsrt 1.5.4 says', () => {
  test('to ask for a cookie', () => {
    assert.equal(without(open().run(10)[0]), without(captured('publish')[0]))
  })

  test('to ask for a stream', async () => {
    const caller = open({ streamId: 'publish:live/test' })
    caller.run(10)
    const [conclusion] = await caller.answerTo(captured('publish')[1])
    assert.equal(without(conclusion, at.version, at.flags), without(captured('publish')[2], at.version, at.flags))
  })

  test('and hears its answer', async () => {
    const caller = open({ streamId: 'publish:live/test', latency: 20 })
    const [, induction, , conclusion] = captured('publish')
    await caller.answerTo(induction)
    caller.side.receive(conclusion ?? new Uint8Array(0), caller.now)
    const { session } = caller
    assert.equal(session?.peerSocketId, 0x25f98d21)
    assert.equal(session.receiveLatency, 200_000)
    assert.equal(session.sendLatency, 200_000)
    assert.equal(session.initialSequence, 0x1086f564)
    assert.equal(session.peerInitialSequence, 0x1086f564)
    assert.equal(session.peerTimestamp, 0x136)
  })

  test('and its no', async () => {
    const caller = open({ passphrase: 'battery-staple' }, 'wrong-passphrase')
    const [, induction, , refusal] = captured('wrong-passphrase')
    await caller.answerTo(induction)
    caller.side.receive(refusal ?? new Uint8Array(0), caller.now)
    assert.deepEqual(caller.failure, { status: 'SRT_REJ_BADSECRET', reason: 'the passphrase is wrong' })
  })
})

/** A listener that knows the passphrase, or none. */
class AnsweringListener {
  readonly #listener: SrtListener
  readonly #passphrase: string
  calls: Call[] = []

  constructor(passphrase = '', keyLength = 0) {
    this.#listener = new SrtListener({ cookies: new Cookies(createSecretKey(Buffer.alloc(32, 1))), keyLength })
    this.#passphrase = passphrase
  }

  async answerTo(packet: Uint8Array): Promise<Uint8Array | undefined> {
    const answer = this.#listener.receive(packet, peer, 0)
    if (answer?.type !== 'call') return answer?.packet
    this.calls.push(answer.call)
    const agreement = await agreeOnSecret(answer.call, { passphrase: this.#passphrase, encryption: 'required' })
    if (!agreement.ok) return refuseCall(answer.call, agreement.reason)
    return acceptCall(answer.call, { socketId: 77, latency: 120, secret: agreement.secret, startedAt: 0 }).answerAt(0)
  }
}

/** Let the two talk until one has the last word. */
async function converse(caller: HandshakeHolder<SrtCaller>, listener: AnsweringListener): Promise<void> {
  let said = caller.run(10)
  while (said.length > 0 && caller.session === undefined) {
    const answer = await listener.answerTo(said[0] ?? new Uint8Array(0))
    said = answer === undefined ? [] : await caller.answerTo(answer)
  }
}

describe('caller: with a listener of ours', () => {
  test('agrees on the longer latency in each direction, and tells its stream id', async () => {
    const [caller, listener] = [open({ latency: 80, streamId: '#!::r=live/test,m=publish' }), new AnsweringListener()]
    await converse(caller, listener)
    assert.equal(caller.session?.peerSocketId, 77)
    assert.equal(caller.session.receiveLatency, 120_000)
    assert.equal(listener.calls[0]?.streamId, '#!::r=live/test,m=publish')
    assert.equal(listener.calls[0].capabilities.receiverDelay, 80)
  })

  for (const [own, advertised, length] of [
    [undefined, 0, 16],
    [undefined, 32, 32],
    [24, 0, 24],
    [24, 32, 24],
  ] as const) {
    test(`encrypts with ${length} bytes if it wants ${own} and is asked for ${advertised}`, async () => {
      const passphrase = 'correct-horse'
      const listener = new AnsweringListener(passphrase, advertised)
      const caller = open({ passphrase, keyLength: own })
      await converse(caller, listener)
      assert.equal(caller.session?.secret?.keyLength, length)
      assert.equal(decodeKeyMaterial(listener.calls[0]?.keyMaterial ?? new Uint8Array(0)).keyLength, length)
    })
  }

  for (const [ours, theirs, status] of [
    ['correct-horse', 'battery-staple', 'SRT_REJ_BADSECRET'],
    ['correct-horse', '', 'SRT_REJ_UNSECURE'],
    ['', 'battery-staple', 'SRT_REJ_UNSECURE'],
  ] as const) {
    test(`is told what is wrong: passphrase "${ours}" here, "${theirs}" there`, async () => {
      const caller = open({ passphrase: ours })
      await converse(caller, new AnsweringListener(theirs))
      assert.equal(caller.failure?.status, status)
    })
  }
})

describe('caller: asks again', () => {
  test('each 250 ms, with the same words, until it is answered', async () => {
    const caller = open()
    const inductions = caller.run(1000)
    assert.equal(inductions.length, 4)
    assert.equal(new Set(inductions.map(packet => without(packet))).size, 1)
    await caller.answerTo(captured('publish')[1])
    const conclusions = caller.run(1000)
    assert.equal(new Set(conclusions.map(packet => without(packet))).size, 1)
    assert.ok(conclusions.length >= 3, `${conclusions.length}`)
    assert.equal(handshakeOf(conclusions[0] ?? new Uint8Array(0)).type, handshakeTypes.CONCLUSION)
  })

  test('until its time is over', () => {
    const caller = open({ timeout: 2_000_000 })
    caller.run(2500)
    assert.deepEqual(caller.failure, { status: undefined, reason: 'it has not answered within 2000 ms' })
    assert.equal(caller.run(1000).length, 0)
  })
})

describe('caller: a listener that cannot be talked to', () => {
  const answerWith = async (changes: Partial<Handshake>): Promise<HandshakeHolder<SrtCaller>> => {
    const caller = open()
    const handshake = { ...handshakeOf(captured('publish')[1] ?? new Uint8Array(0)), ...changes }
    await caller.answerTo(packetOf(handshake))
    return caller
  }
  const packetOf = (handshake: Handshake): Uint8Array =>
    encodeControlPacket({ type: 'handshake', body: encodeHandshake(handshake) }, 0, optionsOf('publish').socketId)

  for (const [what, changes, status] of [
    ['speaks version 4', { version: 4, extensionField: 2 }, 'SRT_REJ_VERSION'],
    ['has no magic', { extensionField: 0 }, 'SRT_REJ_ROGUE'],
    ['refuses', { type: rejectReasons.SRT_REJX_NOTFOUND }, 'SRT_REJX_NOTFOUND'],
    ['refuses for a reason of its own', { type: 3005 }, '3005'],
  ] as const) {
    test(what, async () => assert.equal((await answerWith(changes)).failure?.status, status))
  }

  for (const [what, changes, status] of [
    ['says nothing of itself', { extensions: [] }, 'SRT_REJ_ROGUE'],
    ['has no socket', { socketId: 0 }, 'SRT_REJ_ROGUE'],
    ['takes only packets without room for one of a transport stream', { mtu: 231 }, 'SRT_REJ_ROGUE'],
  ] as const) {
    test(`${what}, though it says yes: it is told that we leave`, async () => {
      const caller = open()
      const [, induction, , conclusion] = captured('publish')
      await caller.answerTo(induction)
      const said = await caller.answerTo(packetOf({ ...handshakeOf(conclusion ?? new Uint8Array(0)), ...changes }))
      assert.equal(caller.failure?.status, status)
      assert.deepEqual(
        said.map(packet => decodeControlPacket(packet).type),
        ['shutdown'],
      )
    })
  }
})

test('caller: what answers somebody else is passed over', async () => {
  const caller = open()
  const [, induction, , conclusion] = captured('publish')
  assert.ok(induction !== undefined && conclusion !== undefined)
  const refusal = { ...handshakeOf(induction), type: rejectReasons.SRT_REJ_PEER }
  const { socketId } = optionsOf('publish')
  const wrap = (handshake: Handshake, destination = socketId): Uint8Array =>
    encodeControlPacket({ type: 'handshake', body: encodeHandshake(handshake) }, 0, destination)
  const strays = [
    wrap(refusal, socketId ^ 1),
    wrap({ ...refusal, initialSequence: refusal.initialSequence ^ 1 }),
    // It was not asked yet.
    conclusion,
    encodeControlPacket({ type: 'shutdown' }, 0, socketId),
    encodeControlPacket({ type: 'keepalive' }, 0, socketId),
  ]
  for (const stray of strays) caller.side.receive(stray, 0)
  assert.equal(caller.session, undefined)
  assert.equal(caller.failure, undefined)
  const [packet] = await caller.answerTo(induction)
  assert.equal(handshakeOf(packet ?? new Uint8Array(0)).type, handshakeTypes.CONCLUSION)
  // The cookie of the first answer stays.
  caller.side.receive(wrap({ ...handshakeOf(induction), cookie: 5 }), caller.now)
  const [again] = caller.run(300)
  assert.equal(without(again), without(packet))
  assert.equal(destinationOf(packet ?? new Uint8Array(0)), 0)
  const extensions = handshakeOf(packet ?? new Uint8Array(0)).extensions
  assert.equal(contentOf(extensions, extensionTypes.SRT_CMD_SID), undefined)
})

test('caller: any change of an answer is heard, passed over, or the peer is at fault', async () => {
  const [, induction, , conclusion] = captured('publish-aes256')
  assert.ok(induction !== undefined && conclusion !== undefined)
  const options = optionsOf('publish-aes256')
  const change = fc.tuple(fc.nat(conclusion.length - 1), fc.nat(255))
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 4 }), fc.nat(conclusion.length), async (changes, length) => {
      const caller = open({}, 'publish-aes256')
      await caller.answerTo(induction)
      const packet = conclusion.slice(0, length)
      for (const [offset, value] of changes) if (offset < length) packet[offset] = value
      try {
        caller.side.receive(packet, 0)
      } catch (error) {
        assert.ok(error instanceof ProtocolError)
      }
      if (caller.session !== undefined) assert.equal(caller.session.initialSequence, options.initialSequence)
    }),
    { seed: 47, numRuns: 1000 },
  )
})

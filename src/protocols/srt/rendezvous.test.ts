import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { seededRandom } from '../../../test/support/seeded-bytes.ts'
import { type CapturedPacket, readSrtCapture, type SrtCapture } from '../../../test/support/srt-capture.ts'
import { HandshakeHolder } from '../../../test/support/srt-handshake.ts'
import { ProtocolError } from '../../core/errors.ts'
import { decodeControlPacket, encodeControlPacket } from './control-packet.ts'
import { decodeHandshake, encodeHandshake, type Handshake, handshakeTypes } from './handshake.ts'
import { headerSize, writeWord } from './packet.ts'
import { rejectReasons } from './reject-reason.ts'
import { type RendezvousOptions, SrtRendezvous } from './rendezvous.ts'

type Side = CapturedPacket['from']

function captured(name: SrtCapture, side: Side): readonly Uint8Array[] {
  const packets = readSrtCapture(name).filter(({ from }) => from === side)
  return packets.map(({ bytes }) => Uint8Array.from(bytes))
}

function handshakeOf(packet: Uint8Array | undefined): Handshake {
  const control = decodeControlPacket(packet ?? new Uint8Array(0))
  assert.equal(control.type, 'handshake')
  return decodeHandshake(control.body)
}

function open(options: Partial<RendezvousOptions> = {}): HandshakeHolder<SrtRendezvous> {
  const own = { socketId: 11, initialSequence: 1000, cookie: 5, peerAddress: '127.0.0.1' }
  const wishes = { latency: 120, streamId: '', passphrase: '', keyLength: undefined }
  const times = { startedAt: 0, timeout: 3_000_000 }
  const peer = { address: '127.0.0.1', port: 5000 }
  return new HandshakeHolder(handler => new SrtRendezvous({ ...own, ...wishes, ...times, peer, ...options }, handler))
}

/** One side of a capture, played by us. */
function openAs(name: SrtCapture, side: Side, options: Partial<RendezvousOptions>): HandshakeHolder<SrtRendezvous> {
  const { socketId, initialSequence, cookie } = handshakeOf(captured(name, side)[0])
  return open({ socketId, initialSequence, cookie, ...options })
}

/** A packet without its time, and without what each side says of itself. */
function common(packet: Uint8Array | undefined): string {
  const copy = Uint8Array.from(packet ?? [])
  const extension = headerSize + 48
  for (const offset of [8, extension + 4, extension + 8]) if (offset < copy.length) writeWord(copy, offset, 0)
  return Buffer.from(copy).toString('hex')
}

describe('rendezvous: says what srt-live-transmit 1.5.4 says', () => {
  test('as the one with the greater cookie', async () => {
    const we = openAs('rendezvous', 'caller', { latency: 200 })
    const [, conclusion, agreement] = captured('rendezvous', 'caller')
    const [wave, , response] = captured('rendezvous', 'listener')
    we.run(10)
    assert.equal(common((await we.answerTo(wave))[0]), common(conclusion))
    assert.equal(common((await we.answerTo(response))[0]), common(agreement))
    assert.equal(we.session?.peerSocketId, 0x249cdb4b)
    assert.equal(we.session.peerInitialSequence, 0x0d9cf5f4)
    assert.equal(we.session.initialSequence, 0x53c3dc31)
    assert.equal(we.session.receiveLatency, 200_000)
  })

  test('as the one with the smaller cookie', async () => {
    const we = openAs('rendezvous', 'listener', { latency: 120 })
    const [wave, empty, response] = captured('rendezvous', 'listener')
    const [theirWave, request, agreement] = captured('rendezvous', 'caller')
    assert.equal(common(we.run(10)[0]), common(wave))
    assert.equal(common((await we.answerTo(theirWave))[0]), common(empty))
    assert.equal(common((await we.answerTo(request))[0]), common(response))
    const early = we.session
    assert.equal(early, undefined)
    we.side.receive(agreement ?? new Uint8Array(0), we.now)
    assert.equal(we.session?.receiveLatency, 200_000)
  })

  test('with keys', async () => {
    const we = openAs('rendezvous-aes192', 'caller', { passphrase: 'correct-horse', keyLength: 24 })
    const [wave, empty, response] = captured('rendezvous-aes192', 'caller')
    const [theirWave, request, agreement] = captured('rendezvous-aes192', 'listener')
    assert.equal(common(we.run(10)[0]), common(wave))
    assert.equal(common((await we.answerTo(theirWave))[0]), common(empty))
    const [said] = await we.answerTo(request)
    // libsrt repeats in the answer the key length that it advertises.
    assert.equal(common(said).slice(2 * headerSize + 16), common(response).slice(2 * headerSize + 16))
    we.side.receive(agreement ?? new Uint8Array(0), we.now)
    assert.equal(we.session?.secret?.keyLength, 24)
  })

  test('with another passphrase than the peer', async () => {
    const we = openAs('rendezvous-wrong-passphrase', 'listener', { passphrase: 'battery-staple' })
    const [wave, request] = captured('rendezvous-wrong-passphrase', 'caller')
    const refusal = captured('rendezvous-wrong-passphrase', 'listener')[2]
    we.run(10)
    await we.answerTo(wave)
    const [said] = await we.answerTo(request)
    assert.equal(handshakeOf(said).type, handshakeOf(refusal).type)
    assert.equal(we.failure?.status, 'SRT_REJ_BADSECRET')
  })

  test('and hears its no', async () => {
    const we = openAs('rendezvous-wrong-passphrase', 'caller', { passphrase: 'correct-horse' })
    const [wave, , refusal] = captured('rendezvous-wrong-passphrase', 'listener')
    we.run(10)
    await we.answerTo(wave)
    we.side.receive(refusal ?? new Uint8Array(0), we.now)
    assert.deepEqual(we.failure, { status: 'SRT_REJ_BADSECRET', reason: 'the passphrase is wrong' })
  })
})

/** Let two sides talk over a network that loses a share of the packets. */
async function meet(
  left: HandshakeHolder<SrtRendezvous>,
  right: HandshakeHolder<SrtRendezvous>,
  { loss = 0, headStart = 0, seed = 1 } = {},
): Promise<void> {
  const random = seededRandom(seed)
  const pass = (from: HandshakeHolder<SrtRendezvous>, to: HandshakeHolder<SrtRendezvous>): void => {
    for (const packet of from.run(10)) if (random() >= loss) to.side.receive(packet, to.now)
  }
  left.run(headStart)
  for (let i = 0; i < 20_000 && !(isSettled(left) && isSettled(right)); i++) {
    pass(left, right)
    pass(right, left)
    await setImmediate()
  }
}

function isSettled({ session, failure }: HandshakeHolder<SrtRendezvous>): boolean {
  return session !== undefined || failure !== undefined
}

const left = { socketId: 11, initialSequence: 1000, cookie: 5, timeout: 1e12 }
const right = { socketId: 22, initialSequence: 2000, cookie: -5, timeout: 1e12 }

describe('rendezvous: two of ours', () => {
  for (const headStart of [0, 100, 300]) {
    test(`meet, one ${headStart} ms ahead of the other`, async () => {
      const [a, b] = [open({ ...left, latency: 300 }), open(right)]
      await meet(a, b, { headStart })
      assert.equal(a.session?.peerSocketId, 22)
      assert.equal(b.session?.peerSocketId, 11)
      assert.equal(a.session.peerInitialSequence, b.session.initialSequence)
      assert.equal(b.session.peerInitialSequence, a.session.initialSequence)
      assert.equal(b.session.receiveLatency, 300_000)
      assert.equal(b.session.sendLatency, 300_000)
    })
  }

  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    test(`meet over a network that loses half, seed ${seed}`, async () => {
      const secret = { passphrase: 'correct-horse' }
      const [a, b] = [open({ ...left, ...secret }), open({ ...right, ...secret })]
      await meet(a, b, { loss: 0.5, seed })
      assert.ok(a.session !== undefined && b.session !== undefined)
      assert.ok(Buffer.from(a.session.secret?.keys ?? []).equals(b.session.secret?.keys ?? new Uint8Array(1)))
    })
  }

  test('one begins anew while the other is at it: they meet all the same', async () => {
    const [a, b] = [open(left), open(right)]
    for (const packet of a.run(10)) b.side.receive(packet, b.now)
    const again = open({ ...left, socketId: 33 })
    await meet(again, b)
    assert.equal(again.session?.peerSocketId, 22)
    assert.equal(b.session?.peerSocketId, 33)
  })

  for (const [what, ours, theirs, statuses] of [
    ['other passphrases', 'correct-horse', 'battery-staple', ['SRT_REJ_BADSECRET', 'SRT_REJ_BADSECRET']],
    ['a passphrase on one side', 'correct-horse', '', ['SRT_REJ_UNSECURE', 'SRT_REJ_UNSECURE']],
    ['a passphrase on the other side', '', 'correct-horse', ['SRT_REJ_UNSECURE', 'SRT_REJ_UNSECURE']],
  ] as const) {
    test(`do not meet with ${what}`, async () => {
      const [a, b] = [open({ ...left, passphrase: ours }), open({ ...right, passphrase: theirs })]
      await meet(a, b)
      assert.deepEqual([a.failure?.status, b.failure?.status], statuses)
    })
  }

  test('do not meet with one cookie', async () => {
    const [a, b] = [open(left), open({ ...right, cookie: left.cookie })]
    await meet(a, b)
    assert.deepEqual([a.failure?.status, b.failure?.status], ['SRT_REJ_RDVCOOKIE', 'SRT_REJ_RDVCOOKIE'])
  })
})

describe('rendezvous: a peer', () => {
  const packetOf = (changes: Partial<Handshake>): Uint8Array => {
    const handshake = { ...handshakeOf(captured('rendezvous', 'caller')[0]), ...changes }
    return encodeControlPacket({ type: 'handshake', body: encodeHandshake(handshake) }, 0, 11)
  }

  test('that is not there is waved at each 250 ms, until time is over', () => {
    const we = open()
    const said = we.run(4000)
    assert.ok(said.length >= 10 && said.length <= 13, `${said.length}`)
    assert.ok(said.every(packet => handshakeOf(packet).type === handshakeTypes.WAVEAHAND))
    assert.deepEqual(we.failure, { status: undefined, reason: 'it has not answered within 3000 ms' })
  })

  test('that speaks version 4 is told apart', () => {
    const we = open()
    we.side.receive(packetOf({ version: 4 }), 0)
    assert.equal(we.failure?.status, 'SRT_REJ_VERSION')
  })

  test('that refuses is believed', () => {
    const we = open()
    we.side.receive(packetOf({ type: rejectReasons.SRT_REJX_FORBIDDEN }), 0)
    assert.equal(we.failure?.status, 'SRT_REJX_FORBIDDEN')
  })

  test('that ends before it has begun refuses', () => {
    const we = open()
    we.side.receive(encodeControlPacket({ type: 'shutdown' }, 0, 11), 0)
    assert.equal(we.failure?.status, 'SRT_REJ_PEER')
  })

  test('that calls, or means another socket, is passed over', () => {
    const we = open()
    we.side.receive(packetOf({ type: handshakeTypes.INDUCTION }), 0)
    we.side.receive(encodeControlPacket({ type: 'shutdown' }, 0, 12), 0)
    assert.equal(we.failure, undefined)
    assert.equal(handshakeOf(we.run(10)[0]).type, handshakeTypes.WAVEAHAND)
  })

  test('that has missed our agreement gets it again', async () => {
    const we = openAs('rendezvous', 'caller', { latency: 200 })
    const [wave, , response] = captured('rendezvous', 'listener')
    await we.answerTo(wave)
    await we.answerTo(response)
    const [again] = await we.answerTo(response)
    assert.equal(handshakeOf(again).type, handshakeTypes.AGREEMENT)
    assert.equal(we.run(1000).length, 0)
  })

  test('that already sends has heard us, though its agreement was lost', async () => {
    const we = openAs('rendezvous', 'listener', {})
    const [wave, request] = captured('rendezvous', 'caller')
    await we.answerTo(wave)
    await we.answerTo(request)
    we.side.receive(encodeControlPacket({ type: 'keepalive' }, 0, 0x249cdb4b), we.now)
    assert.ok(we.session !== undefined)
  })
})

test('rendezvous: any change of what comes is heard, passed over, or the peer is at fault', async () => {
  const packets = captured('rendezvous-aes192', 'listener').slice(0, 3)
  const change = fc.tuple(fc.nat(2), fc.nat(150), fc.nat(255))
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 6 }), async changes => {
      const we = openAs('rendezvous-aes192', 'caller', {})
      for (const [index, packet] of packets.entries()) {
        const copy = Uint8Array.from(packet)
        for (const [which, offset, value] of changes) if (which === index && offset < copy.length) copy[offset] = value
        try {
          we.side.receive(copy, we.now)
        } catch (error) {
          assert.ok(error instanceof ProtocolError)
        }
        we.run(10)
        await setImmediate()
      }
    }),
    { seed: 48, numRuns: 500 },
  )
})

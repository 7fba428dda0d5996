import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import { encodeControlPacket, type OutgoingControl } from './control-packet.ts'
import { encodeDataPacket } from './data-packet.ts'
import { createKeyMaterial, type SharedSecret } from './payload-keys.ts'
import { addSequence } from './sequence-number.ts'
import { type SrtEnd, SrtSession } from './srt-session.ts'

const initialSequence = 0x7fff_fff0

/** Sequence numbers at the edges of windows and of the circle. */
const distances = [0, 100, 8191, 2 ** 29, 2 ** 30 - 1].flatMap(far => [far, -far])
const sequence = fc
  .tuple(fc.constantFrom(...distances), fc.integer({ min: -3, max: 3 }))
  .map(([far, near]) => addSequence(initialSequence, far + near))
const range = fc.record({ first: sequence, last: sequence })
const one = sequence.map(lost => ({ first: lost, last: lost }))
const losses = fc.oneof(
  range.map(lost => [lost]),
  fc.array(one, { minLength: 1, maxLength: 300 }),
)
const word = fc.oneof(fc.constantFrom(0, 1, 2, 0x7fff_ffff, 0xffff_ffff), fc.nat(0xffff_ffff))
const measured = fc.record({ rtt: word, rttVariance: word, availableBuffer: word })

const control: fc.Arbitrary<OutgoingControl> = fc.oneof(
  fc.record({ type: fc.constant('nak' as const), losses }),
  fc.record({ type: fc.constant('drop-request' as const), message: word, range }),
  fc.record({
    type: fc.constant('ack' as const),
    acknowledgement: fc.record({ number: word, sequence, link: measured }),
  }),
  fc.record({ type: fc.constant('ackack' as const), number: word }),
  fc.record({ type: fc.constantFrom('key-request' as const, 'key-response' as const), keyMaterial: fc.uint8Array() }),
  fc.constant({ type: 'keepalive' as const }),
)
const data = fc.record({
  sequence,
  message: fc.nat(2 ** 26 - 1),
  key: fc.constantFrom('none' as const, 'even' as const, 'odd' as const),
  isRetransmitted: fc.boolean(),
  timestamp: word,
  payload: fc.uint8Array({ maxLength: 4 }),
})
const packet = fc.oneof(
  fc.tuple(control, word).map(([said, timestamp]) => encodeControlPacket(said, timestamp, 1)),
  data.map(sent => encodeDataPacket(sent, 1)),
)
const deed = fc.record({ packet, repeated: fc.constantFrom(1, 1, 1, 20), sent: fc.nat(30), ticks: fc.nat(15) })

/** One end of a connection whose other end is the test. */
class LonelySession {
  readonly #session: SrtSession
  #now = 0
  end: SrtEnd | undefined

  constructor(secret: SharedSecret | undefined) {
    const agreed = { peerSocketId: 1, initialSequence, peerInitialSequence: initialSequence, secret }
    const link = { flowWindow: 8192, receiveLatency: 120_000, sendLatency: 120_000, peerRepeatsReports: true }
    const times = { startedAt: 0, peerTimestamp: 0, peerTime: 0 }
    const handler = {
      transmit: () => undefined,
      onPayload: () => undefined,
      onEnd: (reason: SrtEnd) => {
        this.end = reason
      },
    }
    this.#session = new SrtSession({ ...agreed, ...link, ...times }, handler, 0)
  }

  send(count: number): void {
    for (let i = 0; i < count; i++) this.#session.send(Uint8Array.of(i), this.#now)
  }

  /** Take in what may be wrong. */
  suffer(bytes: Uint8Array): void {
    try {
      this.#session.receive(Uint8Array.from(bytes), this.#now)
    } catch (error) {
      assert.ok(error instanceof ProtocolError, String(error))
    }
  }

  run(ticks: number): void {
    for (let i = 0; i < ticks; i++) this.#session.tick((this.#now += 10_000))
  }
}

for (const isSealed of [false, true]) {
  test(`lying peer: whatever it says on ${isSealed ? 'an encrypted' : 'a plain'} connection, that ends nothing`, async () => {
    const secret = isSealed ? await createKeyMaterial('correct-horse', 16) : undefined
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 30 }), deeds => {
        const session = new LonelySession(secret)
        for (const { packet: bytes, repeated, sent, ticks } of deeds) {
          session.send(sent)
          for (let i = 0; i < repeated; i++) session.suffer(bytes)
          session.run(ticks)
        }
        assert.equal(session.end, undefined)
      }),
      { seed: 47, numRuns: 1000 },
    )
  })
}

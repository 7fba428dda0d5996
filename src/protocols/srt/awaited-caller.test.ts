import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { test } from 'vitest'
import { HandshakeHolder } from '../../../test/support/srt-handshake.ts'
import type { PeerAddress } from '../../core/peer-address.ts'
import { AwaitedCaller } from './awaited-caller.ts'
import { SrtCaller } from './caller.ts'
import { Cookies } from './cookie.ts'
import type { SrtSessionOptions } from './srt-session.ts'

/** A waiting side, and callers that it can hear. */
class WaitingSide {
  readonly refused: string[] = []
  readonly #answers: { readonly packet: Uint8Array; readonly port: number }[] = []
  readonly #side: AwaitedCaller
  peer: PeerAddress | undefined
  session: SrtSessionOptions | undefined

  constructor(passphrase = '') {
    const cookies = new Cookies(createSecretKey(Buffer.alloc(32, 1)))
    const options = { cookies, keyLength: 0, socketId: 77, latency: 120, passphrase }
    this.#side = new AwaitedCaller(options, {
      transmit: (packet, { port }) => void this.#answers.push({ packet, port }),
      onConnected: (session, peer) => {
        this.session = session
        this.peer = peer
      },
      onRefused: ({ reason }, { port }) => void this.refused.push(`${port}: ${reason}`),
    })
  }

  /** Let a caller talk to it from a port, until one of them has what it wants. */
  async hear(caller: HandshakeHolder<SrtCaller>, port: number): Promise<void> {
    const tooLong = AbortSignal.timeout(8000)
    while (caller.session === undefined && caller.failure === undefined) {
      tooLong.throwIfAborted()
      for (const packet of caller.run(10)) this.#side.receive(packet, caller.now, { address: '10.0.0.1', port })
      this.#side.tick(caller.now)
      for (const answer of this.#answers.splice(0)) {
        if (answer.port === port) caller.side.receive(answer.packet, caller.now)
      }
      await setImmediate()
    }
  }

  /** What it says of its own accord, until there is something. */
  async answers(now: number): Promise<readonly Uint8Array[]> {
    const tooLong = AbortSignal.timeout(8000)
    while (this.#answers.length === 0) {
      tooLong.throwIfAborted()
      this.#side.tick(now)
      await setImmediate()
    }
    return this.#answers.splice(0).map(answer => answer.packet)
  }

  receive(packet: Uint8Array, now: number, port: number): readonly Uint8Array[] {
    this.#side.receive(packet, now, { address: '10.0.0.1', port })
    return this.#answers.splice(0).map(answer => answer.packet)
  }
}

function callerWith(passphrase: string, socketId: number): HandshakeHolder<SrtCaller> {
  const wishes = { latency: 200, streamId: '', passphrase, keyLength: undefined, peerAddress: '10.0.0.2' }
  const own = { socketId, initialSequence: socketId * 100, startedAt: 0, timeout: 1e12 }
  return new HandshakeHolder(handler => new SrtCaller({ ...own, ...wishes }, handler))
}

test('awaited caller: the first one is let in, and the next hears that there is no room', async () => {
  const side = new WaitingSide()
  const [first, second] = [callerWith('', 11), callerWith('', 22)]
  await side.hear(first, 5001)
  await side.hear(second, 5002)
  assert.equal(first.session?.peerSocketId, 77)
  assert.equal(side.session?.peerSocketId, 11)
  assert.equal(side.session.receiveLatency, 200_000)
  assert.equal(side.peer?.port, 5001)
  assert.equal(second.failure?.status, 'SRT_REJ_BACKLOG')
  assert.deepEqual(side.refused, ['5002: the other side has no room for more connections'])
})

test('awaited caller: one who has not heard the answer gets it again', async () => {
  const side = new WaitingSide('correct-horse')
  const [caller, deaf] = [callerWith('correct-horse', 11), callerWith('correct-horse', 11)]
  await side.hear(caller, 5001)
  assert.ok(side.session?.secret !== undefined)
  const [induction] = deaf.run(10)
  const [cookie] = side.receive(induction ?? new Uint8Array(0), 0, 5001)
  const [conclusion] = await deaf.answerTo(cookie)
  assert.equal(side.receive(conclusion ?? new Uint8Array(0), 0, 5001).length, 1)
})

test('awaited caller: who has another passphrase is refused, and the right one comes in behind', async () => {
  const side = new WaitingSide('correct-horse')
  const [wrong, right] = [callerWith('battery-staple', 11), callerWith('correct-horse', 22)]
  await side.hear(wrong, 5001)
  await side.hear(right, 5002)
  assert.equal(wrong.failure?.status, 'SRT_REJ_BADSECRET')
  assert.equal(side.peer?.port, 5002)
  assert.deepEqual(side.refused, ['5001: the passphrase is wrong'])
})

/** The conclusion of a caller that this side has given its cookie. */
async function conclusionOf(caller: HandshakeHolder<SrtCaller>, side: WaitingSide, port: number): Promise<Uint8Array> {
  const [induction] = caller.run(10)
  const [cookie] = side.receive(induction ?? new Uint8Array(0), 0, port)
  const [conclusion] = await caller.answerTo(cookie)
  return conclusion ?? assert.fail('it says nothing')
}

test('awaited caller: one who is looked at keeps nobody out', async () => {
  const side = new WaitingSide('correct-horse')
  const wrong = await conclusionOf(callerWith('battery-staple', 11), side, 5001)
  const right = await conclusionOf(callerWith('correct-horse', 22), side, 5002)
  assert.deepEqual([side.receive(wrong, 0, 5001), side.receive(right, 0, 5002)], [[], []])
  while (side.session === undefined) await side.answers(0)
  assert.equal(side.peer?.port, 5002)
})

test('awaited caller: who was refused and asks again hears the same, and is not looked at again', async () => {
  const side = new WaitingSide('correct-horse')
  const wrong = await conclusionOf(callerWith('battery-staple', 11), side, 5001)
  assert.deepEqual(side.receive(wrong, 0, 5001), [])
  const [refusal] = await side.answers(0)
  const [again] = side.receive(wrong, 250_000, 5001)
  assert.deepEqual(again, refusal)
  assert.deepEqual(side.refused, ['5001: the passphrase is wrong'])
})

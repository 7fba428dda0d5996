import { setImmediate } from 'node:timers/promises'
import type { ConnectHandler } from '../../src/protocols/srt/connecting.ts'
import type { HandshakeFailure } from '../../src/protocols/srt/handshake-failure.ts'
import type { SrtSessionOptions } from '../../src/protocols/srt/srt-session.ts'

/** What is common to all who shake hands. */
type HandshakeSide = { tick(now: number): void; receive(packet: Uint8Array, now: number): void }

/** Holds a handshake, and keeps what comes of it. */
export class HandshakeHolder<Side extends HandshakeSide> implements ConnectHandler {
  readonly side: Side
  /** What was sent and not yet taken. */
  sent: Uint8Array[] = []
  session: SrtSessionOptions | undefined
  failure: HandshakeFailure | undefined
  now = 0

  constructor(open: (handler: ConnectHandler) => Side) {
    this.side = open(this)
  }

  transmit(packet: Uint8Array): void {
    this.sent.push(packet)
  }

  onConnected(session: SrtSessionOptions): void {
    this.session = session
  }

  onFailed(failure: HandshakeFailure): void {
    this.failure = failure
  }

  /** Let time pass, in ticks, and take what is sent meanwhile. */
  run(ms: number): readonly Uint8Array[] {
    for (let i = 0; i < ms; i += 10) {
      this.now += 10_000
      this.side.tick(this.now)
    }
    return this.taken()
  }

  /** Take in a packet, and take what answers it: at once, or once keys are ready. */
  async answerTo(packet: Uint8Array | undefined): Promise<readonly Uint8Array[]> {
    this.side.receive(packet ?? new Uint8Array(0), this.now)
    return this.whenSomethingHappens()
  }

  /** Keys are made in another thread: wait until they are there. */
  async whenSomethingHappens(): Promise<readonly Uint8Array[]> {
    const tooLong = AbortSignal.timeout(8000)
    while (!this.#hasNews && !tooLong.aborted) {
      this.now += 10
      this.side.tick(this.now)
      await setImmediate()
    }
    return this.taken()
  }

  taken(): readonly Uint8Array[] {
    const { sent } = this
    this.sent = []
    return sent
  }

  get #hasNews(): boolean {
    return this.sent.length > 0 || this.session !== undefined || this.failure !== undefined
  }
}

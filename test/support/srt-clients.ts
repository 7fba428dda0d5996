import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { SystemClock } from '../../src/app/system-clock.ts'
import { SrtClient, type SrtClientOptions } from '../../src/clients/srt/srt-client.ts'
import type { Clock } from '../../src/contracts/clock.ts'
import { SessionTicker } from '../../src/protocols/srt/session-ticker.ts'
import { parseSrtUrl } from '../../src/protocols/srt/srt-url.ts'

const clock = new SystemClock()

/** Connect in real time. */
export function connectSrt(url: string, options: Partial<SrtClientOptions> = {}): Promise<SrtClient> {
  const ticker = new SessionTicker(clock)
  return SrtClient.connect(parseSrtUrl(url), { clock, ticker, connectTimeout: 5000, ...options })
}

/** Real time that tells who looks at it. */
export function watchedClock(onNow: () => void): Clock {
  const now = (): number => {
    onNow()
    return clock.now()
  }
  return { now, wall: () => clock.wall(), soon: run => clock.soon(run), after: (delay, run) => clock.after(delay, run) }
}

/** Microseconds on the clock of these clients. */
export function srtNow(): number {
  return Math.round(clock.now() * 1000)
}

/** A UDP socket of this machine that answers each packet as a script says. Start it with `await using`. */
export class ScriptedUdp implements AsyncDisposable {
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  static async start(script: (packet: Buffer, from: RemoteInfo) => readonly Uint8Array[]): Promise<ScriptedUdp> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    socket.on('message', (packet, from) => {
      for (const answer of script(packet, from)) socket.send(answer, from.port, from.address)
    })
    return new ScriptedUdp(socket)
  }

  get port(): number {
    return this.#socket.address().port
  }

  send(packet: Uint8Array, port: number): void {
    this.#socket.send(packet, port, '127.0.0.1')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close()
    await once(this.#socket, 'close')
  }
}

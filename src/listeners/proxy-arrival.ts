import type { Socket } from 'node:net'
import type { Clock, Timer } from '../contracts/clock.ts'
import { ProtocolError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { decodeProxyHeader } from '../protocols/proxy-protocol/decode-proxy-header.ts'
import type { ProxyHeader } from '../protocols/proxy-protocol/proxy-header.ts'

/** Gets the header, or why there is none, or nothing where a proxy only looked whether somebody listens. */
export type ArrivalResult = (result: ProxyHeader | ProtocolError | undefined) => void

/** A connection whose PROXY header has not been read yet. It gives its result once. */
export class ProxyArrival {
  readonly #socket: Socket
  readonly #onResult: ArrivalResult
  readonly #timer: Timer
  #bytes: Buffer = Buffer.alloc(0)

  constructor(
    socket: Socket,
    { clock, timeout }: { readonly clock: Clock; readonly timeout: Milliseconds },
    onResult: ArrivalResult,
  ) {
    this.#socket = socket
    this.#onResult = onResult
    this.#timer = clock.after(timeout, () =>
      this.refuse('timeout', 'Cannot wait any longer for a PROXY protocol header'),
    )
    for (const event of endings) socket.on(event, this.#onEnded)
  }

  read(): void {
    this.#socket.on('readable', this.#onReadable)
  }

  refuse(fault: ProtocolError['fault'], message: string): void {
    this.#leave()
    this.#destroy()
    this.#onResult(new ProtocolError('proxy', fault, message))
  }

  readonly #onReadable = (): void => {
    const bytes = this.#socket.read() as Buffer | null
    if (bytes === null) return
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    try {
      const header = decodeProxyHeader(this.#bytes)
      if (header !== undefined) this.#accept(header)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.refuse(error.fault, error.message)
    }
  }

  readonly #onEnded = (): void => {
    if (this.#bytes.length > 0)
      return this.refuse('malformed', 'Cannot read a PROXY protocol header: it ends too early')
    this.#leave()
    this.#destroy()
    this.#onResult(undefined)
  }

  /** What follows the header is for whoever gets the connection now. */
  #accept(header: ProxyHeader): void {
    this.#leave()
    const rest = this.#bytes.subarray(header.size)
    if (rest.length > 0) this.#socket.unshift(rest)
    this.#onResult(header)
  }

  #leave(): void {
    this.#timer.cancel()
    for (const event of endings) this.#socket.off(event, this.#onEnded)
    this.#socket.off('readable', this.#onReadable)
  }

  #destroy(): void {
    this.#socket.on('error', () => undefined)
    this.#socket.destroy()
  }
}

const endings = ['error', 'end', 'close'] as const

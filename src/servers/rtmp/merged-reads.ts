import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Clock } from '../../contracts/clock.ts'
import type { Bytes } from '../../core/units.ts'
import type { SharedWindow } from '../../hub/pump.ts'

/** What can stop reading for a while: a socket. */
export type Readable = {
  readonly destroyed: boolean
  /** What it has read and not handed on. */
  readonly readableLength: Bytes
  pause(): unknown
  resume(): unknown
}

/** The most that one read of a socket brings. More than this is waiting then, and it is read at once. */
const largestRead: Bytes = 65_536

/**
 * True if a rest of `socket` spares work. Node decrypts in pieces of 16 KiB, however much it has read, and reads on while
 * a TLS socket is paused: it would hand on a piece per rest, and slow a fast publisher down.
 */
export function canRest(socket: Socket): boolean {
  return !(socket instanceof TLSSocket)
}

/**
 * Lets the sockets of publishers rest between reads, so that one read brings more: with hundreds of publishers a read
 * costs more than what is done with its bytes. What comes meanwhile waits in the kernel, whose bound slows the sender
 * down as ever. All sockets of one window go on together, once it is over.
 */
export class MergedReads {
  readonly #clock: Clock
  readonly #resting = new Map<SharedWindow, Readable[]>()
  /** What sockets had read ahead while they rested, and hand on before they read. */
  readonly #readAhead = new WeakMap<Readable, Bytes>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** `socket` has read `size` bytes: let it rest for the window, unless more is waiting or there is no window now. */
  afterRead(socket: Readable, size: Bytes, window: SharedWindow): void {
    if (this.#wasReadAhead(socket, size) || window.current <= 0 || size >= largestRead) return
    socket.pause()
    const resting = this.#resting.get(window)
    if (resting !== undefined) return void resting.push(socket)
    this.#resting.set(window, [socket])
    this.#clock.after(window.current, () => this.#resume(window))
  }

  /** Everybody reads again, now. */
  close(): void {
    for (const window of [...this.#resting.keys()]) this.#resume(window)
  }

  /** True if the bytes are from before the rest: those that came during it are still to be read. */
  #wasReadAhead(socket: Readable, size: Bytes): boolean {
    const ahead = this.#readAhead.get(socket) ?? 0
    if (ahead === 0) return false
    this.#readAhead.set(socket, Math.max(0, ahead - size))
    return true
  }

  #resume(window: SharedWindow): void {
    const sockets = this.#resting.get(window) ?? []
    this.#resting.delete(window)
    for (const socket of sockets) {
      if (socket.destroyed) continue
      this.#readAhead.set(socket, socket.readableLength)
      socket.resume()
    }
  }
}

import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { FrameChecker } from './frame-checker.ts'
import { httpFlvPlayback } from './http-flv-player.ts'
import { type MediaKind, monotonicNs } from './marks.ts'
import { frameKind, type Playback, type PlaybackEvents, type PlayTarget } from './playback.ts'
import { rtmpPlayback } from './rtmp-player.ts'

/** What one player does. */
export type PlayerPlan = {
  readonly target: PlayTarget
  /** Which of the generator's streams this is. */
  readonly stream: number
  /** Check every frame, or only count bytes once the first key frame is there. */
  readonly isSampled: boolean
  /** `undefined` reads all there is. */
  readonly slowness: Slowness | undefined
}

/** How a slow player reads. */
export type Slowness = {
  readonly bytesPerSecond: number
  /** After its first key frame it reads nothing for so long, to fill the buffers that the kernel has for it. */
  readonly pauseSeconds: number
}

/** One player, as its crew sees it. */
export type CrewMember = {
  /** All bytes read so far. */
  readonly bytes: number
  readonly checkers: Readonly<Record<MediaKind, FrameChecker>>
  /** It has its first key frame, and is still there. */
  readonly hasJoined: boolean
  /** Read again, as far as the plan's speed allows. Called once per period by the crew. */
  readonly sweep: (periodMs: number) => void
  readonly close: () => void
}

/** What a player tells its crew. */
export type PlayerEvents<Member = Player> = {
  /** The first key frame is there whole, this long after the connection was begun. */
  readonly joined: (player: Member, waitedNs: number) => void
  readonly frame: (kind: MediaKind, latencyNs: number) => void
  /** The connection is over, by fault or by the server. Not called after `close`. */
  readonly ended: (player: Member, reason: string) => void
}

/** Every socket of this process reads into the same bytes, one after another. */
const WIDE_READ = Buffer.allocUnsafeSlow(256 << 10)
/** Slow readers take small bites, so that their speed is even. */
const SMALL_READ = Buffer.allocUnsafeSlow(4 << 10)

/**
 * One player on one socket. It parses until its first key frame; after that a sampled one goes on checking frames,
 * and the others read without looking, once per `sweep`, so that a thousand of them cost the generator little.
 */
export class Player implements CrewMember {
  readonly #plan: PlayerPlan
  readonly #events: PlayerEvents
  readonly #socket: Socket
  readonly #playback: Playback
  readonly #openedNs = monotonicNs()
  readonly checkers: Readonly<Record<MediaKind, FrameChecker>>
  #phase: 'joining' | 'checking' | 'counting' | 'closed' = 'joining'
  #allowance = 0
  bytes = 0

  constructor(plan: PlayerPlan, events: PlayerEvents) {
    this.#plan = plan
    this.#events = events
    this.checkers = { video: new FrameChecker('video', plan.stream), audio: new FrameChecker('audio', plan.stream) }
    this.#playback = openPlayback(plan.target, {
      write: bytes => this.#socket.write(bytes),
      media: (type, body) => this.#media(type, body),
      failed: reason => this.#end(reason),
    })
    this.#socket = this.#dial()
  }

  get hasJoined(): boolean {
    return this.#phase === 'checking' || this.#phase === 'counting'
  }

  get isSlow(): boolean {
    return this.#plan.slowness !== undefined
  }

  sweep(periodMs: number): void {
    const { slowness } = this.#plan
    if (slowness !== undefined) {
      const step = (slowness.bytesPerSecond * periodMs) / 1000
      this.#allowance = Math.min(this.#allowance + step, step + SMALL_READ.length)
      if (this.#allowance > 0) this.#socket.resume()
    } else if (this.#phase === 'counting') {
      this.#socket.resume()
    }
  }

  close(): void {
    this.#phase = 'closed'
    this.#socket.destroy()
  }

  #dial(): Socket {
    const { target } = this.#plan
    const buffer = this.isSlow ? SMALL_READ : WIDE_READ
    const onread = { buffer, callback: (size: number) => this.#read(buffer, size) }
    const isSecure = target.protocol === 'rtmps'
    const options = { host: target.host, port: target.port, noDelay: true, onread }
    const socket = isSecure ? connectTls({ ...options, rejectUnauthorized: false }) : connect(options)
    socket.once(isSecure ? 'secureConnect' : 'connect', () => this.#playback.open())
    socket.once('error', error => this.#end(error.message))
    socket.once('close', () => this.#end('closed by the server'))
    return socket
  }

  /** False stops reading until the next `sweep`. */
  #read(buffer: Buffer, size: number): boolean {
    this.bytes += size
    if (this.#phase === 'joining' || this.#phase === 'checking') this.#parse(buffer.subarray(0, size))
    this.#playback.acknowledge(this.bytes)
    if (!this.isSlow) return this.#phase !== 'counting'
    this.#allowance -= size
    return this.#allowance > 0
  }

  #parse(bytes: Buffer): void {
    try {
      this.#playback.push(bytes)
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error))
    }
  }

  #media(type: number, body: Buffer): void {
    const kind = frameKind(type, body)
    if (kind === 'other' || this.#phase === 'closed' || this.#phase === 'counting') return
    if (this.#phase === 'joining' && kind === 'key') this.#join()
    if (!this.#plan.isSampled) return
    const now = monotonicNs()
    const checked = kind === 'audio' ? 'audio' : 'video'
    const latency = this.checkers[checked].check(body, now)
    if (latency !== undefined) this.#events.frame(checked, latency)
  }

  #join(): void {
    this.#phase = this.#plan.isSampled ? 'checking' : 'counting'
    const { slowness } = this.#plan
    if (slowness !== undefined) this.#allowance = -slowness.bytesPerSecond * slowness.pauseSeconds
    this.#events.joined(this, monotonicNs() - this.#openedNs)
  }

  #end(reason: string): void {
    if (this.#phase === 'closed') return
    this.close()
    this.#events.ended(this, reason)
  }
}

function openPlayback(target: PlayTarget, events: PlaybackEvents): Playback {
  switch (target.protocol) {
    case 'rtmp':
    case 'rtmps':
      return rtmpPlayback(target, events)
    case 'http-flv':
      return httpFlvPlayback(target, events)
    case 'srt':
      throw new RangeError('Cannot play SRT over TCP')
  }
}

import type { SrtClient } from '../src/clients/srt/srt-client.ts'
import { TsToFrames, tsClock } from '../src/formats/mpegts/ts-to-frames.ts'
import type { Frame } from '../src/media/frame.ts'
import { keptTimes, Timeline } from '../src/media/timeline.ts'
import { FrameChecker } from './frame-checker.ts'
import { type MediaKind, monotonicNs } from './marks.ts'
import type { CrewMember, PlayerEvents, PlayerPlan } from './player.ts'
import { callServer } from './srt-load.ts'

/** One player over SRT. Sampled or not, it checks every frame: that costs less than the packets do. */
export class SrtPlayer implements CrewMember {
  readonly #events: PlayerEvents<SrtPlayer>
  readonly #demuxer = new TsToFrames(new Timeline(keptTimes, tsClock))
  readonly #openedNs = monotonicNs()
  readonly checkers: Readonly<Record<MediaKind, FrameChecker>>
  #client: SrtClient | undefined
  #phase: 'joining' | 'checking' | 'closed' = 'joining'
  bytes = 0

  constructor(plan: PlayerPlan, events: PlayerEvents<SrtPlayer>) {
    const { stream } = plan
    this.#events = events
    this.checkers = { video: new FrameChecker('video', stream), audio: new FrameChecker('audio', stream) }
    void this.#open(plan)
  }

  get hasJoined(): boolean {
    return this.#phase === 'checking'
  }

  /** What comes is taken at once: nobody waits for a player of a live stream. */
  sweep(): void {}

  close(): void {
    this.#phase = 'closed'
    void this.#client?.close()
  }

  async #open({ target: { host, port, app, name } }: PlayerPlan): Promise<void> {
    try {
      const client = await callServer(host, port, `read:${app}/${name}`)
      client.receive(payload => this.#take(payload))
      this.#client = client
      this.#end((await client.ended).message)
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error))
    }
  }

  #take(payload: Uint8Array): void {
    if (this.#phase === 'closed') return
    this.bytes += payload.length
    for (const frame of this.#demuxer.push(payload)) this.#check(frame)
  }

  #check({ track, isKey, payload }: Frame): void {
    if (track.kind === 'data') return
    const now = monotonicNs()
    if (this.#phase === 'joining') {
      if (track.kind !== 'video' || !isKey) return
      this.#phase = 'checking'
      this.#events.joined(this, now - this.#openedNs)
    }
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
    const latency = this.checkers[track.kind].check(bytes, now)
    if (latency !== undefined) this.#events.frame(track.kind, latency)
  }

  #end(reason: string): void {
    if (this.#phase === 'closed') return
    this.close()
    this.#events.ended(this, reason)
  }
}

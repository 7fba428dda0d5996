import { rescale } from '../core/time.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { FlvTag } from '../formats/flv/flv-file-reader.ts'
import { TagsToFrames } from '../formats/flv/tags-to-frames.ts'
import type { Frame } from '../media/frame.ts'
import { Timeline } from '../media/timeline.ts'
import type { Track } from '../media/track.ts'

/** What was measured of one track. Absent where there was too little to measure. */
export type TrackReport = {
  readonly id: number
  readonly kind: 'video' | 'audio'
  readonly codec: string
  readonly codecString?: string
  readonly width?: number
  readonly height?: number
  readonly sampleRate?: number
  readonly channels?: number
  readonly frames: number
  /** Payload bits per second of media time. */
  readonly bitrate?: number
  /** Frames per second of media time. */
  readonly frameRate?: number
  /** Distance of the key frames, for video. */
  readonly gop?: { readonly averageMs: Milliseconds; readonly longestMs: Milliseconds; readonly averageFrames: number }
  /** Mean deviation of the arrivals from what the timestamps say. */
  readonly jitterMs?: Milliseconds
}

export type ProbeReport = {
  readonly tracks: readonly TrackReport[]
  /** How much later than the pictures of the same time the sound arrives, in media time; negative if earlier. */
  readonly audioDelayMs?: Milliseconds
}

/** A server sends a new player what it has kept, at once: jitter is measured behind that. */
const burstTime: Milliseconds = 1000

/** Measures a stream as a player gets it. Pure: the caller brings the time. */
export class StreamProbe {
  readonly #frames = new TagsToFrames(new Timeline())
  readonly #tracks = new Map<number, TrackProbe>()
  #start: Milliseconds | undefined
  readonly #newest: { video?: Milliseconds; audio?: Milliseconds } = {}
  readonly #delays: Milliseconds[] = []

  /** @throws {ProtocolError} If the head of the tag is malformed. */
  add({ type, timestamp, body }: FlvTag, now: Milliseconds): void {
    for (const frame of this.#frames.push(type, timestamp, body)) this.addFrame(frame, now)
  }

  addFrame(frame: Frame, now: Milliseconds): void {
    const { kind } = frame.track
    if (kind === 'data') return
    this.#start ??= now
    const track = this.#tracks.get(frame.track.id) ?? new TrackProbe()
    this.#tracks.set(frame.track.id, track)
    const isBehindBurst = now - this.#start >= burstTime
    const time: Milliseconds = rescale(frame.dts, frame.track.timescale, 1000) as number
    track.add(frame, time, isBehindBurst ? now : undefined)
    this.#newest[kind] = time
    const { video, audio } = this.#newest
    if (isBehindBurst && kind === 'video' && video !== undefined && audio !== undefined)
      this.#delays.push(video - audio)
  }

  report(): ProbeReport {
    const tracks = [...this.#tracks.values()].map(track => track.report()).filter(track => track !== undefined)
    const audioDelayMs = median(this.#delays)
    return { tracks: tracks.sort((a, b) => a.id - b.id), ...(audioDelayMs !== undefined && { audioDelayMs }) }
  }
}

class TrackProbe {
  #track: Track | undefined
  #frames = 0
  #bytes: Bytes = 0
  #lastSize: Bytes = 0
  #first: Milliseconds = 0
  #last: Milliseconds = 0
  readonly #keys: { readonly time: Milliseconds; readonly frame: number }[] = []
  #arrival: { readonly now: Milliseconds; readonly time: Milliseconds } | undefined
  #deviation: Milliseconds = 0
  #intervals = 0

  /**
   * @param time Decode time.
   * @param now Time of arrival; `undefined` while arrivals say nothing.
   */
  add({ track, isKey, payload }: Frame, time: Milliseconds, now: Milliseconds | undefined): void {
    if (this.#frames === 0) this.#first = time
    if (isKey && track.kind === 'video') this.#keys.push({ time, frame: this.#frames })
    this.#track = track
    this.#last = time
    this.#frames++
    this.#bytes += payload.length
    this.#lastSize = payload.length
    if (now === undefined) return
    if (this.#arrival !== undefined) {
      this.#deviation += Math.abs(now - this.#arrival.now - (time - this.#arrival.time))
      this.#intervals++
    }
    this.#arrival = { now, time }
  }

  report(): TrackReport | undefined {
    const track = this.#track
    if (track === undefined || track.kind === 'data') return undefined
    const span = this.#last - this.#first
    const { codecString } = track.video ?? track.audio ?? {}
    return {
      ...{ id: track.id, kind: track.kind, codec: track.codecLabel },
      ...(codecString !== undefined && { codecString }),
      ...(track.video && { width: track.video.width, height: track.video.height }),
      ...(track.audio && { sampleRate: track.audio.sampleRate, channels: track.audio.channels }),
      frames: this.#frames,
      // The span reaches to the beginning of the last frame.
      ...(span > 0 && {
        bitrate: Math.round(((this.#bytes - this.#lastSize) * 8000) / span),
        frameRate: round(((this.#frames - 1) * 1000) / span),
      }),
      ...this.#gop(),
      ...(this.#intervals > 0 && { jitterMs: round(this.#deviation / this.#intervals) }),
    }
  }

  #gop(): Pick<TrackReport, 'gop'> {
    const [first, last] = [this.#keys[0], this.#keys.at(-1)]
    const count = this.#keys.length - 1
    if (first === undefined || last === undefined || count < 1) return {}
    const lengths = this.#keys.slice(1).map(({ time }, i) => time - (this.#keys[i]?.time ?? time))
    const averageMs = Math.round((last.time - first.time) / count)
    return {
      gop: { averageMs, longestMs: Math.max(...lengths), averageFrames: round((last.frame - first.frame) / count) },
    }
  }
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

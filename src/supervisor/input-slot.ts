import type { Clock } from '../contracts/clock.ts'
import type { Session } from '../contracts/sessions.ts'
import { RateMeter } from '../core/rate.ts'
import { rescale } from '../core/time.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import { FrameLog } from '../hub/frame-log.ts'
import type { LogLimits } from '../hub/log-limits.ts'
import { Publication, type PublicationTarget, type PublisherPort } from '../hub/publication.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import { EarlierSound } from './earlier-sound.ts'

export type InputSlotOptions = {
  readonly clock: Clock
  /** How much of the input is kept while it is not on air. */
  readonly limits: () => LogLimits
  /** Frames that are on air go here. */
  readonly onFrame: (frame: Frame) => void
  /** A track has come, or another generation of it. */
  readonly onTrack: (track: Track) => void
  /** The input could go on air from here on. */
  readonly onJoin: () => void
  /** Its publisher has left. */
  readonly onLeft: () => void
}

/** What goes on air at once. */
export type KeptFrames = {
  /** What has come since the newest place where somebody can start. */
  readonly frames: Iterable<Frame>
  /** The sound that came before that. */
  readonly earlierSound: readonly Frame[]
}

/**
 * Where one input brings its media, whoever brings it: a publication that is not the stream's. While it is not on air,
 * its newest group of pictures is kept, and the sound before it, so that it can go on air at once.
 */
export class InputSlot implements PublicationTarget {
  readonly rate = new RateMeter()
  readonly #options: InputSlotOptions
  readonly #tracks: (Track | undefined)[] = []
  readonly #earlierSound = new EarlierSound()
  #log: FrameLog
  #publication: Publication | undefined
  #isOnAir = false
  #hasVideo = false
  #newest: Milliseconds | undefined
  /** Of what is watched: the picture, where there is one. */
  #progress: Milliseconds = Number.NEGATIVE_INFINITY
  progressAt: Milliseconds | undefined
  firstFrameAt: Milliseconds | undefined
  frames = 0
  bytes: Bytes = 0

  constructor(options: InputSlotOptions) {
    this.#options = options
    this.#log = new FrameLog(options.limits())
  }

  /** Who brings it now. */
  get publication(): Publication | undefined {
    return this.#publication
  }

  get continuesFrom(): Milliseconds | undefined {
    return this.#newest
  }

  get tracks(): readonly Track[] {
    return this.#tracks.filter(track => track !== undefined)
  }

  get isOnAir(): boolean {
    return this.#isOnAir
  }

  /** True once somebody can start here: at a key frame, or at any sound where there is no picture. */
  get canGoOnAir(): boolean {
    const { join } = this.#log
    return join !== undefined && (join.frame.track.kind === 'video' || !this.#hasVideo)
  }

  /** Who brings it while it is not on air. @param stream Name of the stream whose input it is. */
  standbySession(stream: string): Session | undefined {
    const publication = this.#publication
    if (publication === undefined || this.#isOnAir) return undefined
    const { info, bytes } = publication
    const role = info.isRelay === true ? 'relay' : 'publisher'
    return { info, role, stream, bytes, activeAt: this.progressAt, end: () => publication.end('kicked') }
  }

  /** Take the free place of the one who brings it. The caller has made sure that it is free. */
  publish(port: PublisherPort): Publication {
    const publication = new Publication(this, port)
    this.#begin(publication)
    return publication
  }

  /** Who publishes elsewhere brings it from now on. The caller has made sure that the place is free. */
  takeOver(publication: Publication, tracks: readonly Track[]): void {
    this.#begin(publication)
    publication.moveTo(this)
    for (const track of tracks) this.declare(track)
  }

  #begin(publication: Publication): void {
    this.#publication = publication
    this.#tracks.length = 0
    this.#hasVideo = false
    this.#progress = Number.NEGATIVE_INFINITY
    this.progressAt = undefined
    this.firstFrameAt = undefined
  }

  /** What comes from now on goes on air. Calls back with what was kept. */
  goOnAir(takeOver: (kept: KeptFrames) => void): void {
    const frames = framesSince(this.#log)
    const earlierSound = this.#earlierSound.frames.filter(({ track }) => this.#tracks[track.id] === track)
    this.#forget()
    this.#isOnAir = true
    takeOver({ frames, earlierSound })
  }

  goOffAir(): void {
    this.#isOnAir = false
  }

  /** For `Publication` only. */
  declare(track: Track): void {
    if (this.#tracks[track.id] === track) return
    this.#tracks[track.id] = track
    if (track.kind === 'video') this.#hasVideo = true
    if (this.#isOnAir) this.#options.onTrack(track)
  }

  /** For `Publication` only. */
  append(frame: Frame): void {
    this.declare(frame.track)
    this.#count(frame)
    if (this.#isOnAir) return this.#options.onFrame(frame)
    const { isJoinPoint } = this.#log.append(frame)
    if (frame.track.kind === 'audio') this.#earlierSound.add(frame)
    else if (isJoinPoint) this.#earlierSound.keep()
    if (isJoinPoint && this.canGoOnAir) this.#options.onJoin()
  }

  /** For `Publication` only. */
  publicationClosed(publication: Publication): void {
    if (this.#publication !== publication) return
    this.#publication = undefined
    this.#isOnAir = false
    this.#forget()
    this.#options.onLeft()
  }

  #forget(): void {
    this.#log = new FrameLog(this.#options.limits())
    this.#earlierSound.clear()
  }

  /** An input is alive as long as its picture goes on, or its sound where it has no picture. */
  #count({ track, dts, payload }: Frame): void {
    const now = this.#options.clock.now()
    const time: Milliseconds = rescale(dts, track.timescale, 1000) as number
    this.frames++
    this.bytes += payload.length
    this.rate.add(payload.length, now)
    this.firstFrameAt ??= now
    this.#newest = Math.max(this.#newest ?? time, time)
    if (track.kind !== (this.#hasVideo ? 'video' : 'audio') || time <= this.#progress) return
    this.#progress = time
    this.progressAt = now
  }
}

function* framesSince({ join }: FrameLog): Generator<Frame> {
  for (let entry = join; entry !== undefined; entry = entry.next) yield entry.frame
}

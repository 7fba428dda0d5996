import type { ServerEvent } from '../../src/contracts/events.ts'
import type { Log } from '../../src/contracts/log.ts'
import type { ObjectStore } from '../../src/contracts/object-store.ts'
import type { SegmentFacts, SegmentIntake } from '../../src/contracts/segments.ts'
import { type Fragment, FragmentMuxer } from '../../src/formats/fmp4/fragment-muxer.ts'
import { encodeInitSegment } from '../../src/formats/fmp4/init-segment.ts'
import { type Mp4Track, mp4Track } from '../../src/formats/fmp4/mp4-track.ts'
import type { Frame } from '../../src/media/frame.ts'
import type { Track } from '../../src/media/track.ts'
import { Bucket } from '../../src/recorder/dvr/bucket/bucket.ts'
import type { DvrSettings } from '../../src/recorder/dvr/config.ts'
import { Dvr } from '../../src/recorder/dvr/dvr.ts'
import type { DvrDisk } from '../../src/recorder/dvr/dvr-disk.ts'
import { FakeClock } from './fake-clock.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from './sample-frames.ts'

export type DvrFixtureOptions = Partial<DvrSettings> & {
  readonly dir: string
  readonly disk?: DvrDisk
  readonly clock?: FakeClock
  /** Archive the segments there. */
  readonly store?: ObjectStore
}

/** What a stream has that is archived, object by object of ten seconds. */
export const unlimitedArchive = { dvrArchive: true, dvrArchiveMaxAge: 0, dvrArchiveObjectDuration: 10_000 }

/** How long each segment of a fixture is. */
export const segmentMs = 2000

/** A DVR that keeps every stream, and streams that it is given segment by segment. */
export class DvrFixture {
  readonly clock: FakeClock
  readonly codes: string[] = []
  readonly events: ServerEvent[] = []
  readonly dvr: Dvr
  /** Segments that were given to it. */
  added = 0
  readonly settings: { -readonly [Key in keyof DvrSettings]: DvrSettings[Key] }

  constructor({ dir, disk, store, clock = new FakeClock(), ...options }: DvrFixtureOptions) {
    this.clock = clock
    const settings = { dvr: true, dvrMaxAge: 0, dvrMaxSize: 0, ...unlimitedArchive, ...options }
    this.settings = settings
    const note = (code: string): void => void this.codes.push(code)
    const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log }
    const emit = (event: ServerEvent): void => void this.events.push(event)
    const source = { general: settings, of: () => settings }
    const bucket = store && new Bucket({ store, prefix: 'sluice/', clock, log })
    this.dvr = new Dvr({ dir, settings: source, clock, events: { emit }, log, bucket, ...(disk && { disk }) })
  }

  /** Begin a run of a packager. */
  begin(stream = 'live/test'): SegmentRun {
    const intake = this.dvr.begin(stream)
    if (intake === undefined) throw new Error(`${stream} is not kept`)
    return new SegmentRun(intake, this.clock, () => this.added++)
  }
}

/** What a packager does with one stream: picture and sound, each segment as long as the others. */
export class SegmentRun {
  readonly #intake: SegmentIntake
  readonly #clock: FakeClock
  readonly #onAdd: () => void
  readonly period: number
  number: number

  constructor(intake: SegmentIntake, clock: FakeClock, onAdd: () => void) {
    const { number = -1, period = -1 } = intake.newest ?? {}
    const seconds = Math.floor(clock.wall() / 1000)
    this.#intake = intake
    this.#clock = clock
    this.#onAdd = onAdd
    this.period = Math.max(seconds, period + 1)
    this.number = Math.max(seconds, number + 1)
  }

  /** The next segments, of which the clock says the time. */
  play(count: number): void {
    for (let i = 0; i < count; i++) {
      const from = this.#clock.wall()
      this.#clock.advance(segmentMs)
      this.#add('video', videoTrack, pictures, from)
      this.#add('audio', audioTrack, sounds, from)
      this.number++
    }
  }

  /** Nothing comes of the next segment. */
  skip(): void {
    this.#clock.advance(segmentMs)
    this.number++
  }

  end(): void {
    this.#intake.end()
  }

  #add(rendition: string, track: Track, framesFrom: (from: number) => readonly Frame[], from: number): void {
    const described = mp4Track(track)
    if (described === undefined) throw new Error(`${rendition} cannot be told`)
    const { bytes, runs } = segmentOf(described, framesFrom(from))
    const { decodeTime: time, samples } = runs[0] ?? { decodeTime: 0, samples: [] }
    const facts: SegmentFacts = {
      ...{ rendition, number: this.number, period: this.period, timescale: described.timescale, time },
      duration: samples.reduce((sum, { duration }) => sum + duration, 0),
      ...{ frames: samples.length, size: bytes.length, isIndependent: samples[0]?.isSync === true },
    }
    this.#onAdd()
    this.#intake.add(facts, encodeInitSegment([described]), bytes)
  }
}

function segmentOf(track: Mp4Track, frames: readonly Frame[]): Fragment {
  const muxer = new FragmentMuxer([track], 0)
  for (const frame of frames) muxer.add(frame)
  return muxer.end() ?? { bytes: new Uint8Array(0), runs: [] }
}

function pictures(from: number): readonly Frame[] {
  return [videoFrame(from, true, 1000), videoFrame(from + segmentMs / 2, false, 1000)]
}

function sounds(from: number): readonly Frame[] {
  return Array.from({ length: 20 }, (_, i) => audioFrame(from + i * 100))
}

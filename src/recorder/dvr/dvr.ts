import type { Clock, Timer } from '../../contracts/clock.ts'
import type { DvrDetail, DvrLibrary, DvrStatus } from '../../contracts/dvr.ts'
import type { EventSink } from '../../contracts/events.ts'
import type { HealthCheck } from '../../contracts/health.ts'
import type { Log } from '../../contracts/log.ts'
import type { SettingsSource } from '../../contracts/path-settings.ts'
import type {
  ArchivedSegment,
  PeriodClock,
  SegmentArchive,
  SegmentIntake,
  SegmentSink,
  StreamArchive,
} from '../../contracts/segments.ts'
import { RequestError } from '../../core/errors.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'
import { WorkLimit } from '../../core/work-limit.ts'
import { isStreamName } from '../../hub/stream-name.ts'
import { failureReason } from '../failure-reason.ts'
import { roomForArchive } from './bucket/archived-part.ts'
import type { Bucket } from './bucket/bucket.ts'
import { findArchivedStreams } from './bucket/object-tree.ts'
import type { DvrSettings } from './config.ts'
import { type DvrDisk, machineDvrDisk } from './dvr-disk.ts'
import { DvrIntake } from './dvr-intake.ts'
import { DvrReport, type DvrTotals } from './dvr-report.ts'
import { findStreams, folderOf } from './find-streams.ts'
import { nothing, plus, type SegmentSum } from './hour-summary.ts'
import { StreamDvr } from './stream-dvr.ts'
import type { SegmentBytes } from './stream-folder.ts'

export type DvrOptions = {
  /** Folder for all streams. */
  readonly dir: string
  readonly settings: SettingsSource<DvrSettings>
  readonly clock: Clock
  readonly events: EventSink
  readonly log: Log
  readonly disk?: DvrDisk
  /** Where segments are archived, if they are. */
  readonly bucket?: Bucket | undefined
}

type Kept = { readonly dvr: StreamDvr; readonly report: DvrReport }

/** How often what is too old is removed, where nothing comes that would remove it. */
const sweepMs: Milliseconds = 10_000
/** A bucket that does not answer delays the start of the server by so long. */
const longestLook: Milliseconds = 10_000
/** Streams whose hours the bucket is asked for at a time. */
const mostLooks = 8

/** Keeps the segments of streams on disk, for as long as the settings say. */
export class Dvr implements SegmentSink, SegmentArchive, DvrLibrary {
  readonly totals: DvrTotals = { segments: 0, bytes: 0, lost: 0, removed: 0 }
  readonly health: HealthCheck = { name: 'dvr', problem: () => this.#problem, isWarning: true }
  readonly #options: DvrOptions
  readonly #disk: DvrDisk
  readonly #streams = new Map<string, Kept>()
  #sweepTimer: Timer | undefined
  #isOpen = true

  constructor(options: DvrOptions) {
    this.#options = options
    this.#disk = options.disk ?? machineDvrDisk
  }

  /** Streams whose segments are being written. */
  get activeCount(): number {
    return [...this.#streams.values()].filter(({ dvr }) => dvr.isGrowing).length
  }

  /** On disk. */
  get bytes(): Bytes {
    return this.#sum(({ here }) => here).bytes
  }

  /** What is to be archived, and is not yet. */
  get pending(): SegmentSum {
    return this.#sum(({ pending }) => pending ?? nothing)
  }

  /** Hours of streams that the archive has and that are not listed yet. */
  get hoursToRestore(): number {
    return [...this.#streams.values()].reduce((sum, { dvr }) => sum + (dvr.hoursToRestore ?? 0), 0)
  }

  /** Where segments are archived. */
  get bucket(): Bucket | undefined {
    return this.#options.bucket
  }

  /** Before the first stream: find what earlier runs have kept. What cannot be read is left alone. */
  async open(): Promise<void> {
    const { dir, log } = this.#options
    try {
      const names = (await findStreams(this.#disk, dir)).filter(isStreamName)
      await Promise.all(names.map(name => this.#recover(name)))
    } catch (error) {
      log.error('DVR_UNREADABLE', `Cannot read what the DVR has kept: ${failureReason(error)}`, { folder: dir })
    }
    await this.#untilArchiveIsKnown()
    this.#sweepTimer = this.#options.clock.after(sweepMs, () => void this.#sweep())
  }

  wants(stream: string): boolean {
    return this.#options.settings.of(stream).dvr
  }

  begin(stream: string): SegmentIntake | undefined {
    if (!this.wants(stream)) return undefined
    const { dvr, report } = this.#of(stream)
    const { last, end } = dvr.taken
    dvr.begun()
    report.started(folderOf(this.#options.dir, stream))
    const onEnd = (): void => {
      dvr.ended()
      dvr.periodClock = undefined
      report.stopped()
    }
    const start = dvr.hoursToRestore === undefined ? roomForArchive : { position: 0, discontinuity: 0 }
    const onPeriod = (clock: PeriodClock): void => void (dvr.periodClock = clock)
    const onSegment = (segment: ArchivedSegment, files: SegmentBytes): void => dvr.add(segment, files)
    return new DvrIntake({ last, end, start, onEnd, onPeriod, onSegment })
  }

  find(stream: string): StreamArchive | undefined {
    return this.#streams.get(stream)?.dvr
  }

  list(): readonly DvrStatus[] {
    const byName = [...this.#streams].sort(([a], [b]) => (a < b ? -1 : 1))
    return byName.map(([, { dvr }]) => statusOf(dvr))
  }

  async read(stream: string): Promise<DvrDetail | undefined> {
    const dvr = this.#streams.get(stream)?.dvr
    if (dvr === undefined) return undefined
    const { spans: archived } = await dvr.archivedSpans()
    const { spans: ranges, gaps, discontinuities } = await dvr.spans()
    return { ...statusOf(dvr), ranges, gaps, archived, discontinuities }
  }

  async remove(stream: string, before: Milliseconds | undefined): Promise<boolean> {
    const dvr = this.#streams.get(stream)?.dvr
    if (dvr === undefined) return false
    try {
      await (before === undefined ? dvr.removeAll() : dvr.removeBefore(before))
    } catch (cause) {
      throw new RequestError(503, `Cannot remove what is kept of ${stream}: ${failureReason(cause)}`, { cause })
    }
    await this.#forgetIfEmpty(dvr)
    return true
  }

  /** Write what has come, and archive it if that goes well and is soon done. Idempotent. */
  async close(): Promise<void> {
    this.#isOpen = false
    this.#sweepTimer?.cancel()
    await Promise.all([...this.#streams.values()].map(({ dvr }) => dvr.settled()))
    await this.#options.bucket?.close()
  }

  async #recover(stream: string): Promise<void> {
    try {
      await this.#of(stream).dvr.recover()
    } catch (error) {
      const reason = failureReason(error)
      this.#options.log.error('DVR_UNREADABLE', `Cannot read what the DVR has kept: ${reason}`, { stream })
    }
  }

  get #problem(): string | undefined {
    for (const [stream, { report }] of this.#streams) {
      if (report.problem !== undefined) return `Cannot keep the segments of ${stream}: ${report.problem}`
    }
    return undefined
  }

  /** For so long at most; what the archive says later is listed then. */
  async #untilArchiveIsKnown(): Promise<void> {
    const { bucket, clock } = this.#options
    if (bucket === undefined) return
    const known = this.#findArchived(bucket).catch(error => {
      bucket.report.failed(error)
      bucket.queue.wake({ storeNext: () => this.#findArchived(bucket).then(() => false) })
    })
    const isOver = Promise.withResolvers<void>()
    const timer = clock.after(longestLook, isOver.resolve)
    await Promise.race([known, isOver.promise])
    timer.cancel()
  }

  /** Streams that a server on another machine has archived. */
  async #findArchived({ store, prefix }: Bucket): Promise<void> {
    const names = (await findArchivedStreams(store, prefix)).filter(isStreamName)
    const wanted = names.filter(name => this.#options.settings.of(name).dvrArchive)
    const limit = new WorkLimit({ running: mostLooks, waiting: Number.POSITIVE_INFINITY })
    await Promise.all(wanted.map(name => limit.run(() => this.#of(name).dvr.look())))
  }

  #of(stream: string): Kept {
    const known = this.#streams.get(stream)
    if (known !== undefined) return known
    const { dir, clock, settings, bucket } = this.#options
    const report = new DvrReport(stream, { ...this.#options, totals: this.totals })
    const folder = folderOf(dir, stream)
    const settingsOf = (): DvrSettings => settings.of(stream)
    const dvr = new StreamDvr({ stream, folder, disk: this.#disk, clock, settings: settingsOf, report, bucket })
    const kept = { dvr, report }
    this.#streams.set(stream, kept)
    return kept
  }

  async #sweep(): Promise<void> {
    for (const { dvr } of [...this.#streams.values()]) {
      await this.#trim(dvr)
      dvr.releaseLists()
      await this.#forgetIfEmpty(dvr)
    }
    if (this.#isOpen) this.#sweepTimer = this.#options.clock.after(sweepMs, () => void this.#sweep())
  }

  /** What cannot be removed from the archive now is tried again. */
  async #trim(dvr: StreamDvr): Promise<void> {
    try {
      await dvr.trim()
    } catch (error) {
      this.#options.bucket?.report.failed(error)
    }
  }

  #sum(read: (dvr: StreamDvr) => SegmentSum): SegmentSum {
    return [...this.#streams.values()].reduce((sum, { dvr }) => plus(sum, read(dvr)), nothing)
  }

  async #forgetIfEmpty(dvr: StreamDvr): Promise<void> {
    if (dvr.isGrowing || dvr.kept.segments > 0 || dvr.hoursToRestore !== 0) return
    await dvr.clear().catch(() => undefined)
    if (!dvr.isGrowing) this.#streams.delete(dvr.stream)
  }
}

function statusOf({ stream, isGrowing, span, kept, here, pending, hoursToRestore }: StreamDvr): DvrStatus {
  const archive = pending && {
    ...{ pendingSegments: pending.segments, pendingBytes: pending.bytes, bytesHere: here.bytes },
    hoursToRestore,
  }
  return { stream, isGrowing, span, ...kept, archive }
}

import type { EventSink } from '../../contracts/events.ts'
import type { Log } from '../../contracts/log.ts'
import type { Bytes } from '../../core/units.ts'
import { failureReason } from '../failure-reason.ts'

/** What the DVR has done since its start. */
export type DvrTotals = { segments: number; bytes: Bytes; lost: number; removed: number }

export type DvrReportOptions = { readonly events: EventSink; readonly log: Log; readonly totals: DvrTotals }

/** Tells what becomes of the segments of one stream: that some are lost once, and once that they are kept again. */
export class DvrReport {
  readonly #stream: string
  readonly #options: DvrReportOptions
  #lostNow = 0
  /** Why segments are being lost; `undefined` while they are kept. */
  problem: string | undefined

  constructor(stream: string, options: DvrReportOptions) {
    this.#stream = stream
    this.#options = options
  }

  started(folder: string): void {
    this.#options.log.info('DVR_STARTED', 'Segments are kept', { stream: this.#stream, folder })
    this.#options.events.emit({ type: 'dvr.started', stream: this.#stream })
  }

  stopped(): void {
    this.problem = undefined
    this.#options.log.info('DVR_STOPPED', 'The stream is over, its segments stay', { stream: this.#stream })
    this.#options.events.emit({ type: 'dvr.stopped', stream: this.#stream })
  }

  written(size: Bytes): void {
    const { totals, log, events } = this.#options
    totals.segments++
    totals.bytes += size
    if (this.#lostNow === 0) return
    const [stream, lost] = [this.#stream, this.#lostNow]
    this.#lostNow = 0
    this.problem = undefined
    log.info('DVR_BACK', 'Segments are kept again', { stream, lost })
    events.emit({ type: 'dvr.back', stream, lost })
  }

  lost(error: unknown): void {
    const { totals, log, events } = this.#options
    totals.lost++
    const [stream, reason] = [this.#stream, failureReason(error)]
    this.problem = reason
    if (this.#lostNow++ > 0) return
    log.error('DVR_FAILED', `Segments are lost: ${reason}`, { stream })
    events.emit({ type: 'dvr.failed', stream, reason })
  }

  removed(segments: number): void {
    this.#options.totals.removed += segments
  }

  /** The live part goes on as it did. */
  notRemoved(error: unknown): void {
    const reason = failureReason(error)
    this.#options.log.warn('DVR_NOT_REMOVED', `Old segments cannot be removed: ${reason}`, { stream: this.#stream })
  }
}

import type { Clock } from '../../../contracts/clock.ts'
import type { HealthCheck } from '../../../contracts/health.ts'
import type { Log } from '../../../contracts/log.ts'
import type { ObjectStore } from '../../../contracts/object-store.ts'
import { BucketReader } from './bucket-reader.ts'
import { BucketReport } from './bucket-report.ts'
import { UploadQueue } from './upload-queue.ts'

export type BucketOptions = {
  readonly store: ObjectStore
  /** All keys begin with it. */
  readonly prefix: string
  readonly clock: Clock
  readonly log: Log
}

/** Where the segments of all streams are archived. */
export class Bucket {
  readonly store: ObjectStore
  readonly prefix: string
  readonly report: BucketReport
  readonly queue: UploadQueue
  readonly reader: BucketReader
  readonly health: HealthCheck = { name: 'dvr.archive', problem: () => this.report.problem, isWarning: true }

  constructor({ store, prefix, clock, log }: BucketOptions) {
    this.store = store
    this.prefix = prefix
    this.report = new BucketReport(log, store.place)
    this.queue = new UploadQueue(clock, this.report)
    this.reader = new BucketReader(store, clock, this.report)
  }

  /** Store what waits, for as long as that goes well and is soon done. Idempotent. */
  async close(): Promise<void> {
    await this.queue.close(() => void this.store.close())
    await this.store.close()
  }
}

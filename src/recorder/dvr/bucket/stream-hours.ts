import type { HourFolder } from '../hour-folder.ts'
import type { IndexContents } from '../hour-index.ts'

/** What there is of the stream on the disk. */
export type StreamHours = {
  readonly isGrowing: boolean
  /** The oldest first. */
  readonly hours: readonly HourFolder[]
  /** Do something when nothing else is being written. */
  enqueue(work: () => Promise<void>): Promise<void>
  /** List what the bucket says of an hour: what comes later is here. */
  restore(hour: string, archived: IndexContents): Promise<void>
}

import type { KeptBytes, SegmentAddress } from '../../contracts/segments.ts'
import type { StreamBucket } from './bucket/stream-bucket.ts'
import type { StreamHours } from './bucket/stream-hours.ts'
import type { HourFolder } from './hour-folder.ts'

/** Finds the bytes of the segments of a stream: on the disk, else in the bucket. */
export class SegmentReader {
  readonly #stream: Pick<StreamHours, 'hours'>
  readonly #bucket: StreamBucket | undefined

  constructor(stream: Pick<StreamHours, 'hours'>, bucket: StreamBucket | undefined) {
    this.#stream = stream
    this.#bucket = bucket
  }

  read(rendition: string, address: SegmentAddress): Promise<Uint8Array | undefined> {
    return this.#find(address, async hour => {
      return (await hour.read(rendition, address)) ?? this.#bucket?.read(hour, rendition, address)
    })
  }

  open(rendition: string, address: SegmentAddress): Promise<KeptBytes | undefined> {
    return this.#find(address, async hour => {
      return (await hour.open(rendition, address)) ?? this.#bucket?.open(hour, rendition, address)
    })
  }

  async readInit(rendition: string, period: number): Promise<Uint8Array | undefined> {
    for (const hour of this.#stream.hours) {
      const { first, newest } = hour.summary ?? {}
      if (first === undefined || newest === undefined || first.period > period || newest.period < period) continue
      const bytes = (await hour.readInit(rendition, period)) ?? (await this.#bucket?.readInit(hour, rendition, period))
      if (bytes !== undefined) return bytes
    }
    return undefined
  }

  async #find<Found>(
    address: SegmentAddress,
    look: (hour: HourFolder) => Promise<Found | undefined>,
  ): Promise<Found | undefined> {
    const { hours } = this.#stream
    for (const hour of 'number' in address ? [hourOf(hours, address.number)] : hours) {
      const found = hour && (await look(hour))
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** The hour that a segment belongs to, if it is there. */
export function hourOf(hours: readonly HourFolder[], number: number): HourFolder | undefined {
  return hours.findLast(({ summary }) => summary !== undefined && summary.first.number <= number)
}

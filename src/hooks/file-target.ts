import { reasonOf } from '../core/errors.ts'
import { DeliveryError } from './delivery-error.ts'
import { formatEvent } from './event-json.ts'
import { goRtmpEvent } from './go-rtmp-event.ts'
import type { Batch, HookTarget, Receipt } from './hook-target.ts'
import { RotatingFile, type RotatingFileOptions } from './rotating-file.ts'

export type FileOptions = RotatingFileOptions & { readonly format: 'sluice' | 'go-rtmp' }

/** `type: file`: each event is a line. */
export class FileTarget implements HookTarget {
  readonly maxBatch = 1000
  readonly shown: string
  readonly #format: FileOptions['format']
  readonly #file: RotatingFile

  constructor(options: FileOptions) {
    this.shown = options.path
    this.#format = options.format
    this.#file = new RotatingFile(options)
  }

  accepts(): boolean {
    return true
  }

  async deliver(events: Batch): Promise<Receipt> {
    const textOf = this.#format === 'go-rtmp' ? (event: Batch[0]) => JSON.stringify(goRtmpEvent(event)) : formatEvent
    try {
      await this.#file.append(events.map(event => `${textOf(event)}\n`))
      return {}
    } catch (error) {
      throw new DeliveryError(`the file cannot be written: ${reasonOf(error)}`, { isFinal: false })
    }
  }

  close(): void {}
}

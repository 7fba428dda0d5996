import { appendFile, rename, stat } from 'node:fs/promises'
import { reasonOf } from '../core/errors.ts'
import type { Bytes } from '../core/units.ts'
import { DeliveryError } from './delivery-error.ts'
import { formatEvent } from './event-json.ts'
import { goRtmpEvent } from './go-rtmp-event.ts'
import type { Batch, HookTarget, Receipt } from './hook-target.ts'

export type FileOptions = {
  readonly path: string
  /** After which the file gets a number and another one begins. */
  readonly maxSize: Bytes
  /** Files with a number: `PATH.1` is the newest. */
  readonly maxFiles: number
  readonly format: 'sluice' | 'go-rtmp'
}

/** `type: file`: each event is a line. Opened for each write, so that others may move it away. */
export class FileTarget implements HookTarget {
  readonly maxBatch = 1000
  readonly #options: FileOptions

  constructor(options: FileOptions) {
    this.#options = options
  }

  get shown(): string {
    return this.#options.path
  }

  accepts(): boolean {
    return true
  }

  async deliver(events: Batch): Promise<Receipt> {
    const { path, format } = this.#options
    const textOf = format === 'go-rtmp' ? (event: Batch[0]) => JSON.stringify(goRtmpEvent(event)) : formatEvent
    try {
      await this.#append(
        await sizeOf(path),
        events.map(event => `${textOf(event)}\n`),
      )
      return {}
    } catch (error) {
      throw new DeliveryError(`the file cannot be written: ${reasonOf(error)}`, { isFinal: false })
    }
  }

  close(): void {}

  /** As many lines at a time as the file has room for. */
  async #append(size: Bytes, lines: readonly string[]): Promise<void> {
    const { path, maxSize } = this.#options
    let text = ''
    let total = size
    for (const line of lines) {
      const length = Buffer.byteLength(line)
      if (total > 0 && total + length > maxSize) {
        await appendFile(path, text, { mode: 0o640 })
        await this.#rotate()
        text = ''
        total = 0
      }
      text += line
      total += length
    }
    await appendFile(path, text, { mode: 0o640 })
  }

  async #rotate(): Promise<void> {
    const { path, maxFiles } = this.#options
    const names = Array.from({ length: maxFiles }, (_, at) => `${path}.${at + 1}`)
    for (const [at, older] of [...names.entries()].reverse()) await renameIfThere(names[at - 1] ?? path, older)
  }
}

/** 0 if there is no such file. */
async function sizeOf(path: string): Promise<Bytes> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

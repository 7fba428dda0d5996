import { appendFile, rename, stat } from 'node:fs/promises'
import type { Bytes } from '../core/units.ts'

export type RotatingFileOptions = {
  readonly path: string
  /** After which the file gets a number and another one begins. */
  readonly maxSize: Bytes
  /** Files with a number: `PATH.1` is the newest. */
  readonly maxFiles: number
}

/** Lines in a file that never grows too large. Opened for each write, so that others may move it away. */
export class RotatingFile {
  readonly #options: RotatingFileOptions

  constructor(options: RotatingFileOptions) {
    this.#options = options
  }

  /** As many lines at a time as the file has room for. One call after the other. @throws the system's error. */
  async append(lines: readonly string[]): Promise<void> {
    const { path, maxSize } = this.#options
    let size = await sizeOf(path)
    let text = ''
    for (const line of lines) {
      const length = Buffer.byteLength(line)
      if (size > 0 && size + length > maxSize) {
        await this.#write(text)
        await this.#rotate()
        text = ''
        size = 0
      }
      text += line
      size += length
    }
    await this.#write(text)
  }

  async #write(text: string): Promise<void> {
    if (text !== '') await appendFile(this.#options.path, text, { mode: 0o640 })
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

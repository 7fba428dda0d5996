import { constants } from 'node:fs'
import { dirname, join } from 'node:path'
import type { HealthCheck } from '../contracts/health.ts'
import { failureReason } from './failure-reason.ts'
import { type Disk, FileWriter } from './file-writer.ts'

/** Where recordings go, and whether that is possible now. */
export class RecordingFolder {
  readonly path: string
  readonly health: HealthCheck = { name: 'recorder', problem: () => this.#problem }
  readonly #disk: Disk
  #problem: string | undefined

  constructor(path: string, disk: Disk) {
    this.path = path
    this.#disk = disk
  }

  /** Make the folder, and look whether files can be made in it. Returns what is wrong, in words. */
  async check(): Promise<string | undefined> {
    await this.#watch(async () => {
      await this.#disk.mkdir(this.path, { recursive: true })
      await this.#disk.access(this.path, constants.W_OK)
    }).catch(() => undefined)
    return this.#problem
  }

  /** A new file of that name, with a number behind it if the name is taken. @param name A path in this folder. */
  createFile(name: string, extension: string): Promise<FileWriter> {
    const path = join(this.path, name)
    const nameOf = (attempt: number): string => `${path}${attempt === 1 ? '' : `_${attempt}`}${extension}`
    return this.#watch(async () => {
      await this.#disk.mkdir(dirname(path), { recursive: true })
      return FileWriter.create(nameOf, this.#disk)
    })
  }

  async #watch<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      const result = await action()
      this.#problem = undefined
      return result
    } catch (error) {
      this.#problem = `Cannot record into ${this.path}: ${failureReason(error)}`
      throw error
    }
  }
}

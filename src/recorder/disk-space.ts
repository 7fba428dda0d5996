import { statfs } from 'node:fs/promises'
import type { Clock, Timer } from '../contracts/clock.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'

/** Of a file system. */
export type DiskRoom = {
  /** What this process may still write. */
  readonly free: Bytes
  readonly size: Bytes
}

export type DiskSpaceOptions = {
  /** Paths by the keys that they are configured with. */
  readonly folders: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly ask?: (path: string) => Promise<DiskRoom>
}

/** How often file systems are asked. */
const askEvery: Milliseconds = 10_000

/** How much room there is where files are written; asked now and then, so that a disk that hangs delays nobody. */
export class DiskSpace {
  readonly #clock: Clock
  readonly #folders: readonly WatchedFolder[]
  #timer: Timer | undefined

  constructor({ folders, clock, ask = askMachine }: DiskSpaceOptions) {
    this.#clock = clock
    this.#folders = Object.entries(folders).map(([key, path]) => new WatchedFolder(key, () => ask(path)))
  }

  /** By the key of its folder; without those that are not there, or whose disk does not answer. */
  get rooms(): readonly (readonly [key: string, room: DiskRoom])[] {
    return this.#folders.flatMap(({ key, room }) => (room === undefined ? [] : [[key, room] as const]))
  }

  /** Begin to ask, without waiting for the answers. */
  open(): void {
    for (const folder of this.#folders) folder.refresh()
    this.#timer = this.#clock.after(askEvery, () => this.open())
  }

  /** Idempotent. */
  close(): void {
    this.#timer?.cancel()
  }
}

class WatchedFolder {
  readonly key: string
  room: DiskRoom | undefined
  readonly #ask: () => Promise<DiskRoom>
  #isAsking = false

  constructor(key: string, ask: () => Promise<DiskRoom>) {
    this.key = key
    this.#ask = ask
  }

  /** A disk that has not answered since the last time is not asked again before it does. */
  refresh(): void {
    if (this.#isAsking) this.room = undefined
    else void this.#take()
  }

  async #take(): Promise<void> {
    this.#isAsking = true
    this.room = await this.#ask().catch(() => undefined)
    this.#isAsking = false
  }
}

async function askMachine(path: string): Promise<DiskRoom> {
  const { bavail, blocks, bsize } = await statfs(path)
  return { free: bavail * bsize, size: blocks * bsize }
}

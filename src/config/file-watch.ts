import { type FSWatcher, readlinkSync, watch } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Clock, Timer } from '../contracts/clock.ts'
import type { Milliseconds } from '../core/units.ts'

/** What happens within this time is one change: editors and tools write a file in several steps. */
const settleTime: Milliseconds = 100

/** More links than any system follows. */
const maxLinks = 40

/**
 * Says when something has happened in the folder of a file: the file was written, replaced by a rename, or a link on the
 * way to it was (Kubernetes, certbot). Where links lead elsewhere, the folders on the way there are watched too. It is for
 * the listener to read the file and to see whether it has changed.
 */
export class FileWatch {
  readonly #path: string
  readonly #clock: Clock
  readonly #onChange: () => void
  #watchers: readonly FSWatcher[] = []
  #timer: Timer | undefined

  /** @throws the system's error if the folder cannot be watched. */
  constructor(path: string, clock: Clock, onChange: () => void) {
    this.#path = path
    this.#clock = clock
    this.#onChange = onChange
    this.#watch()
  }

  /** Idempotent. */
  close(): void {
    for (const watcher of this.#watchers) watcher.close()
    this.#timer?.cancel()
  }

  /** The folders that the file lies in now; links may lead elsewhere since the last time. */
  #watch(): void {
    const [own = '', ...others] = new Set(linkChain(this.#path).map(path => dirname(path)))
    const watchers = [this.#watchFolder(own), ...others.flatMap(folder => this.#watchIfThere(folder))]
    for (const watcher of this.#watchers) watcher.close()
    this.#watchers = watchers
  }

  #watchIfThere(folder: string): readonly FSWatcher[] {
    try {
      return [this.#watchFolder(folder)]
    } catch {
      return []
    }
  }

  #watchFolder(folder: string): FSWatcher {
    const watcher = watch(folder, { persistent: false }, () => this.#noticed())
    // The folder itself is gone, and comes back with the next start at the latest.
    watcher.on('error', () => watcher.close())
    return watcher
  }

  #noticed(): void {
    this.#timer ??= this.#clock.after(settleTime, () => {
      this.#timer = undefined
      this.#watchAgain()
      this.#onChange()
    })
  }

  /** While its folder is gone, what was watched is. */
  #watchAgain(): void {
    try {
      this.#watch()
    } catch {
      // It is noticed when that changes.
    }
  }
}

/** The path, and behind it the paths that its links lead over: the folder of each may be where a file is replaced. */
function linkChain(path: string): readonly string[] {
  const chain = [resolve(path)]
  for (let links = 0; links < maxLinks; links++) {
    const last = chain.at(-1) ?? path
    const target = targetOf(last)
    if (target === undefined) break
    chain.push(resolve(dirname(last), target))
  }
  return chain
}

function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

import type { StreamArchive } from '../contracts/segments.ts'
import type { Bytes } from '../core/units.ts'
import { Manifest } from './manifest.ts'

/** The text of a manifest of what is kept, and for how many seconds caches may keep it. */
export type ArchiveText = { readonly text: string; readonly maxAge: number }

export type ArchiveManifest = { readonly manifest: Manifest; readonly maxAge: number }

type Entry = {
  readonly archive: StreamArchive
  readonly version: string
  readonly made: Promise<ArchiveManifest>
  /** Of the text, as soon as that is there. */
  size: Bytes
}

/** The list of a day takes up to ten million of them. With more, what was made first is made again for whoever asks. */
const mostKept: Bytes = 64 * 1024 * 1024

/**
 * The manifests of what is kept of streams, each made once for all who ask for the same until something comes or goes.
 * What becomes too old in the meantime is not removed for a while, so lists may name it.
 */
export class ArchiveManifests {
  readonly #mostKept: Bytes
  /** What was made first comes first. */
  readonly #entries = new Map<string, Entry>()
  #size: Bytes = 0

  constructor(most: Bytes = mostKept) {
    this.#mostKept = most
  }

  /**
   * @param form Tells apart the texts that there are of one version.
   * @param version Of everything that the text depends on, except its form.
   * @param make May reject: nothing is kept of that.
   */
  of(
    archive: StreamArchive,
    form: string,
    version: string,
    make: () => Promise<ArchiveText>,
  ): Promise<ArchiveManifest> {
    const key = `${archive.stream} ${form}`
    const known = this.#entries.get(key)
    if (known?.archive === archive && known.version === version) return known.made
    if (known !== undefined) this.#forget(key, known)
    const text = make()
    const made = text.then(({ text: plain, maxAge }) => ({ manifest: new Manifest(plain), maxAge }))
    const entry: Entry = { archive, version, made, size: 0 }
    this.#entries.set(key, entry)
    text.then(
      ({ text: { length } }) => this.#weigh(key, entry, length),
      () => this.#forget(key, entry),
    )
    return made
  }

  #weigh(key: string, entry: Entry, size: Bytes): void {
    if (this.#entries.get(key) !== entry) return
    entry.size = size
    this.#size += size
    for (const [oldest, other] of this.#entries) {
      if (this.#size <= this.#mostKept) return
      this.#forget(oldest, other)
    }
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return
    this.#entries.delete(key)
    this.#size -= entry.size
  }
}

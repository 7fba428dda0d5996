import { randomUUID } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeWhole } from '../../config/replace-file.ts'
import type { Change, Collection, Store, StoredDocument } from '../../contracts/store.ts'
import { reasonOf, StoreError } from '../../core/errors.ts'
import { type Contents, changed, documentsIn, noContents } from '../contents.ts'
import { formatContents, parseContents } from './json-contents.ts'

/** There are keys of other servers in it. */
const ownersOnly = 0o600

/** Changes that somebody waits for. */
type Waiting = {
  readonly changes: readonly Change[]
  readonly resolve: (put: readonly StoredDocument[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Documents in one JSON file, which is replaced as a whole: it has all changes that were made together, or none of them,
 * whenever the power goes. Changes that come while it is written are written together.
 *
 * The file may be edited by hand while the server runs: it is read again before it is used if it is another one by then.
 */
export class JsonStore implements Store {
  readonly #path: string
  #contents: Contents = noContents
  /** Which file `#contents` is of. `undefined` before one was read. */
  #identity: string | undefined
  #waiting: Waiting[] = []
  #work: Promise<void> = Promise.resolve()
  #isWriting = false

  /** @param path Of the file. Its folder is made when there is something to write. */
  constructor(path: string) {
    this.#path = path
  }

  async list(collection: Collection): Promise<readonly StoredDocument[]> {
    await this.#work
    await this.#refresh()
    return documentsIn(this.#contents, collection)
  }

  async state(): Promise<string> {
    return (await readingFrom(this.#path, () => identityOf(this.#path))) ?? 'no file'
  }

  apply(changes: readonly Change[]): Promise<readonly StoredDocument[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, resolve, reject })
      if (this.#isWriting) return
      this.#isWriting = true
      this.#work = this.#writeAll()
    })
  }

  async close(): Promise<void> {
    await this.#work
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      await this.#write(group)
    }
    this.#isWriting = false
  }

  /** Those whose changes can be made are in the file together; those who were too late are told so. */
  async #write(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#refresh()
      let next = this.#contents
      const done: (() => void)[] = []
      for (const { changes, resolve, reject } of group) {
        try {
          const { contents, put } = changed(next, changes, randomUUID)
          next = contents
          done.push(() => resolve(put))
        } catch (error) {
          reject(error)
        }
      }
      if (done.length > 0) await this.#replaceFile(next)
      for (const tell of done) tell()
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  async #replaceFile(contents: Contents): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true })
      await writeWhole(this.#path, formatContents(contents), ownersOnly)
      this.#identity = await identityOf(this.#path)
      this.#contents = contents
    } catch (cause) {
      throw new StoreError('unavailable', `Cannot write ${this.#path}: ${reasonOf(cause)}`, { cause })
    }
  }

  /** Read the file if it is not the one that was read or written last. */
  async #refresh(): Promise<void> {
    await readingFrom(this.#path, async () => {
      const identity = await identityOf(this.#path)
      if (identity === this.#identity) return
      this.#contents = identity === undefined ? noContents : parseContents(await readFile(this.#path, 'utf8'))
      this.#identity = identity
    })
  }
}

/** @throws {StoreError} If the system does not let us, or what is there cannot be used. */
async function readingFrom<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof StoreError) throw cause
    throw new StoreError('unavailable', `Cannot read ${path}: ${reasonOf(cause)}`, { cause })
  }
}

/** Changes when the file is replaced or edited; `undefined` if there is none. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true })
    return `${ino} ${size} ${mtimeNs}`
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

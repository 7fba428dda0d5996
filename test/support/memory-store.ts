import type { ObjectFacts, ObjectSource, ObjectStore } from '../../src/contracts/object-store.ts'
import { ConnectionError } from '../../src/core/errors.ts'

/** Objects in memory, of a server that can be switched off. */
export class MemoryStore implements ObjectStore {
  readonly place = 'memory'
  readonly objects = new Map<string, Uint8Array>()
  /** What was asked for: `put KEY`. */
  readonly requests: string[] = []
  /** Why everything fails. */
  problem: string | undefined
  /** Requests wait until it is resolved. */
  gate: Promise<void> = Promise.resolve()
  #isOpen = true

  async put(key: string, source: ObjectSource): Promise<void> {
    await this.#answer('put', key)
    const pieces: Uint8Array[] = []
    for (let at = 0; at < source.size; at += pieceSize) {
      pieces.push(await source.read(at, Math.min(at + pieceSize, source.size)))
    }
    this.objects.set(key, Buffer.concat(pieces))
  }

  async holds(key: string, source: ObjectSource): Promise<boolean> {
    await this.#answer('holds', key)
    const bytes = this.objects.get(key)
    return bytes?.length === source.size && Buffer.from(bytes).equals(await source.read(0, source.size))
  }

  async sizeOf(key: string): Promise<number | undefined> {
    await this.#answer('sizeOf', key)
    return this.objects.get(key)?.length
  }

  async read(key: string, start: number, end: number): Promise<Uint8Array | undefined> {
    await this.#answer('read', key)
    const bytes = this.objects.get(key)?.subarray(start, end)
    return bytes && Uint8Array.from(bytes)
  }

  async *list(prefix: string): AsyncGenerator<ObjectFacts> {
    await this.#answer('list', prefix)
    for (const [key, { length: size }] of [...this.objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (key.startsWith(prefix)) yield { key, size }
    }
  }

  async *folders(prefix: string): AsyncGenerator<string> {
    await this.#answer('folders', prefix)
    const inner = [...this.objects.keys()].filter(key => key.startsWith(prefix)).map(key => key.slice(prefix.length))
    yield* new Set(inner.filter(key => key.includes('/')).map(key => key.slice(0, key.indexOf('/'))))
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#answer('remove', keys.join(' '))
    for (const key of keys) this.objects.delete(key)
  }

  async close(): Promise<void> {
    this.#isOpen = false
  }

  async #answer(what: string, key: string): Promise<void> {
    this.requests.push(`${what} ${key}`)
    await this.gate
    const problem = this.#isOpen ? this.problem : 'the server stops'
    if (problem !== undefined) throw new ConnectionError(`Cannot use memory: ${problem}`)
  }
}

const pieceSize = 1000

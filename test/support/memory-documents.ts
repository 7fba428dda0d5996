import type { Change, Store, StoredDocument } from '../../src/contracts/store.ts'
import { StoreError } from '../../src/core/errors.ts'

/** Keeps documents in memory, and may be down. */
export class MemoryDocuments implements Store {
  readonly documents = new Map<string, StoredDocument>()
  isDown = false
  #writes = 0

  async list(): Promise<readonly StoredDocument[]> {
    this.#check()
    return [...this.documents.values()]
  }

  async apply(changes: readonly Change[]): Promise<readonly StoredDocument[]> {
    this.#check()
    return changes.flatMap(change => this.#apply(change))
  }

  async state(): Promise<string> {
    return String(this.#writes)
  }

  async close(): Promise<void> {}

  #apply(change: Change): readonly StoredDocument[] {
    const { key, expected } = change
    const found = this.documents.get(key)
    const isMet = expected === 'anything' || (expected === 'nothing' ? !found : found?.revision === expected.revision)
    if (!isMet) throw new StoreError('conflict', `Cannot change ${key}: it is another one by now`, { key })
    this.documents.delete(key)
    if (change.kind === 'remove') return []
    const document = { key, revision: `r${++this.#writes}`, value: change.value }
    this.documents.set(key, document)
    return [document]
  }

  #check(): void {
    if (this.isDown) throw new StoreError('unavailable', 'Cannot reach the store: connection refused')
  }
}

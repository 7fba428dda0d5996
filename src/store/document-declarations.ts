import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type DocumentReading, joinPointer } from '../config/document.ts'
import { hideSecrets, restoreSecrets } from '../config/document-secrets.ts'
import type { Section } from '../config/section.ts'
import type {
  DeclaredChanges,
  DeclaredDocument,
  DeclaredDocuments,
  DeclaredExpectation,
  PutExpectation,
} from '../contracts/declared-documents.ts'
import type { Log } from '../contracts/log.ts'
import type { Collection, Expectation, Store, StoredDocument, StoredValue } from '../contracts/store.ts'
import { DocumentError, type DocumentProblem, RequestError, StoreError } from '../core/errors.ts'
import { mergePatch } from '../core/merge-patch.ts'

export type DocumentDeclarationsOptions<Declaration> = {
  readonly store: Pick<Store, 'list' | 'apply'>
  readonly collection: Collection
  /** What a document may hold. */
  readonly schema: Section
  readonly read: (document: unknown) => DocumentReading<Declaration>
  /** What of a declaration does not fit to the other ones, or may not be said here. */
  readonly conflicts?: (
    name: string,
    declaration: Declaration,
    others: ReadonlyMap<string, Declaration>,
  ) => readonly DocumentProblem[]
  /** What is in force has changed. */
  readonly onChange: () => void
  readonly log: Log
}

/** One document as it was declared, and what that means. */
type Entry<Declaration> = {
  readonly document: StoredDocument
  readonly origin: DeclaredDocument['origin']
  /** `undefined` if the document cannot be used. */
  readonly declaration: Declaration | undefined
  readonly problems: readonly DocumentProblem[]
}

/** A document that is to be kept, if what is there is what is expected. */
type Write = { readonly name: string; readonly value: StoredValue; readonly expected: Expectation }

/** A document that is to be declared, and what is there now. */
type Plan = { readonly name: string; readonly value: StoredValue; readonly kept: StoredDocument | undefined }

/** Attempts to change what others change at the same time. */
const maxAttempts = 20

/**
 * What was declared of one kind of thing, in the configuration file or through the API. What the file says cannot be changed
 * through the API. While the store cannot be read, what was read last holds.
 */
export class DocumentDeclarations<Declaration> implements DeclaredDocuments {
  readonly #options: DocumentDeclarationsOptions<Declaration>
  #fromFile: ReadonlyMap<string, Entry<Declaration>> = new Map()
  #fromStore = new Map<string, Entry<Declaration>>()
  /** Counts what was changed here, so that a reading that was overtaken is seen to be one. */
  #changes = 0
  /** Counts the readings that were begun. */
  #readings = 0
  /** The last of them that holds. */
  #reading = 0

  constructor(options: DocumentDeclarationsOptions<Declaration>) {
    this.#options = options
  }

  /** Read what is kept: at the start, and whenever others may have changed it. What cannot be read changes nothing. */
  async reload(): Promise<void> {
    try {
      await this.#refresh()
    } catch (error) {
      // Whoever watches the store tells of it, and calls again when it is there.
      if (!(error instanceof StoreError)) throw error
    }
  }

  /** The configuration file declares these now, by name. `onChange` is not called. */
  declareFromFile(documents: ReadonlyMap<string, StoredValue>): void {
    this.#fromFile = new Map(
      [...documents].map(([key, value]) => {
        return [key, this.#entry({ key, revision: revisionOf(value), value }, 'file')] as const
      }),
    )
  }

  /** What was declared of one; `undefined` if nothing was, or nothing that can be used. */
  declarationOf(name: string): Declaration | undefined {
    return this.#entryOf(name)?.declaration
  }

  /** What was declared of all, as far as it can be used. */
  get declarations(): readonly Declaration[] {
    return [...this.byName.values()]
  }

  /** The same, by name. */
  get byName(): ReadonlyMap<string, Declaration> {
    const usable = this.#all().flatMap(({ document: { key }, declaration }) => {
      return declaration === undefined ? [] : [[key, declaration] as const]
    })
    return new Map(usable)
  }

  list(): readonly DeclaredDocument[] {
    return this.#all().map(entry => this.#shown(entry))
  }

  get(name: string): DeclaredDocument | undefined {
    const entry = this.#entryOf(name)
    return entry && this.#shown(entry)
  }

  put(name: string, document: unknown, expected: PutExpectation): Promise<DeclaredDocument> {
    return this.#write(name, expected, kept => this.#checked(name, document, kept))
  }

  async putAll(documents: ReadonlyMap<string, unknown>): Promise<DeclaredChanges> {
    for (let attempt = 1; ; attempt++) {
      const { plans, problems } = this.#plan(documents)
      if (problems.length > 0) throw new DocumentError('Cannot declare these: not all of them are right', problems)
      const written = plans.filter(({ kept, value }) => !isDeepStrictEqual(kept?.value, value))
      try {
        await this.#keepAll(written.map(({ name, value, kept }) => ({ name, value, expected: revisionSeen(kept) })))
        return changesOf(plans, written)
      } catch (error) {
        if (!isLate(error) || attempt === maxAttempts) throw error
        await this.#refresh()
      }
    }
  }

  checkAll(documents: ReadonlyMap<string, unknown>): readonly DocumentProblem[] {
    return this.#plan(documents).problems
  }

  async patch(name: string, patch: unknown, expected: DeclaredExpectation): Promise<DeclaredDocument | undefined> {
    this.#refuseFromFile(name)
    if (!this.#fromStore.has(name)) return undefined
    const demanded = expected === 'anything' ? 'something' : expected
    try {
      return await this.#write(name, demanded, kept => this.#checked(name, mergePatch(kept ?? {}, patch), kept))
    } catch (error) {
      // It was taken back meanwhile, and no certain revision of it was asked for.
      if (isLate(error) && demanded === 'something' && !this.#fromStore.has(name)) return undefined
      throw error
    }
  }

  async remove(name: string, expected: DeclaredExpectation): Promise<boolean> {
    this.#refuseFromFile(name)
    if (!this.#fromStore.has(name)) return false
    const { store, collection } = this.#options
    await store.apply([{ kind: 'remove', collection, key: name, expected }])
    this.#changes++
    this.#fromStore.delete(name)
    this.#options.onChange()
    return true
  }

  /**
   * Keep what one is declared as from now on. It may be made from what is kept, so that must still be there when it
   * is written; who expects no certain revision of it need not know that others were faster.
   */
  async #write(
    name: string,
    expected: PutExpectation,
    valueFrom: (kept: StoredValue | undefined) => StoredValue,
  ): Promise<DeclaredDocument> {
    this.#refuseFromFile(name)
    for (let attempt = 1; ; attempt++) {
      const kept = this.#fromStore.get(name)?.document
      if (expected === 'something' && kept === undefined) throw missing(name)
      const demanded = isCertain(expected) ? expected : revisionSeen(kept)
      try {
        const [entry] = await this.#keepAll([{ name, value: valueFrom(kept?.value), expected: demanded }])
        if (entry === undefined) throw new RangeError(`Cannot keep ${name}: the store has told of nothing`)
        return this.#shown(entry)
      } catch (error) {
        if (!isLate(error) || isCertain(expected) || attempt === maxAttempts) throw error
        await this.#refresh()
      }
    }
  }

  async #keepAll(writes: readonly Write[]): Promise<readonly Entry<Declaration>[]> {
    if (writes.length === 0) return []
    const { store, collection } = this.#options
    const documents = await store.apply(
      writes.map(({ name, value, expected }) => ({ kind: 'put', collection, key: name, value, expected })),
    )
    const entries = documents.map(document => this.#entry(document, 'api'))
    this.#changes++
    for (const entry of entries) this.#fromStore.set(entry.document.key, entry)
    this.#options.onChange()
    return entries
  }

  /** What is to be kept of documents that are declared together, and all that is wrong with them. */
  #plan(documents: ReadonlyMap<string, unknown>): { plans: readonly Plan[]; problems: readonly DocumentProblem[] } {
    const problems: DocumentProblem[] = []
    const plans: Plan[] = []
    const together = new Map(this.byName)
    for (const [name, json] of documents) {
      const found: DocumentProblem[] = []
      const kept = this.#entryOf(name)?.document
      const whole = restoreSecrets(this.#options.schema, json, kept?.value, found)
      const reading = this.#options.read(whole)
      if (reading.ok) together.set(name, reading.value)
      else found.push(...beside(found, reading.problems))
      const isFromFile = this.#fromFile.has(name) && !isDeepStrictEqual(whole, kept?.value)
      if (isFromFile) found.push({ pointer: '', detail: 'The configuration file declares it otherwise' })
      plans.push({ name, value: whole as StoredValue, kept })
      problems.push(...found.map(problem => under(name, problem)))
    }
    for (const name of documents.keys()) {
      const declaration = together.get(name)
      const found = declaration === undefined ? [] : (this.#options.conflicts?.(name, declaration, together) ?? [])
      problems.push(...found.map(problem => under(name, problem)))
    }
    return { plans, problems }
  }

  /** @throws {DocumentError} If the document cannot be used. */
  #checked(name: string, json: unknown, kept: unknown): StoredValue {
    const problems: DocumentProblem[] = []
    const whole = restoreSecrets(this.#options.schema, json, kept, problems)
    const reading = this.#options.read(whole)
    if (!reading.ok) problems.push(...beside(problems, reading.problems))
    else problems.push(...(this.#options.conflicts?.(name, reading.value, this.byName) ?? []))
    if (problems.length === 0) return whole as StoredValue
    const count = problems.length === 1 ? 'one thing is' : `${problems.length} things are`
    throw new DocumentError(`Cannot declare ${name}: ${count} wrong`, problems)
  }

  #refuseFromFile(name: string): void {
    if (!this.#fromFile.has(name)) return
    throw new RequestError(409, `Cannot change ${name}: the configuration file declares it`)
  }

  /** Take what is kept, once it was read without being overtaken. */
  async #refresh(): Promise<void> {
    for (;;) {
      const [changes, reading] = [this.#changes, ++this.#readings]
      const documents = await this.#options.store.list(this.#options.collection)
      // One that was begun later has come before this one, and is newer.
      if (reading < this.#reading) return
      if (changes !== this.#changes) continue
      this.#reading = reading
      this.#take(documents)
      return
    }
  }

  #take(documents: readonly StoredDocument[]): void {
    if (this.#isKnown(documents)) return
    this.#fromStore = new Map(documents.map(document => [document.key, this.#entry(document, 'api')]))
    this.#options.onChange()
  }

  #isKnown(documents: readonly StoredDocument[]): boolean {
    const isSame = ({ key, revision }: StoredDocument): boolean =>
      this.#fromStore.get(key)?.document.revision === revision
    return documents.length === this.#fromStore.size && documents.every(isSame)
  }

  #entry(document: StoredDocument, origin: DeclaredDocument['origin']): Entry<Declaration> {
    const reading = this.#options.read(document.value)
    if (reading.ok) return { document, origin, declaration: reading.value, problems: [] }
    const { problems } = reading
    const all = problems.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ')
    this.#options.log.error(
      'DECLARATION_UNUSABLE',
      `Cannot use what is kept of ${document.key} (${this.#options.collection}): ${all}`,
    )
    return { document, origin, declaration: undefined, problems }
  }

  #entryOf(name: string): Entry<Declaration> | undefined {
    return this.#fromFile.get(name) ?? this.#fromStore.get(name)
  }

  #all(): readonly Entry<Declaration>[] {
    const all = new Map([...this.#fromStore, ...this.#fromFile])
    return [...all.values()].sort((a, b) => (a.document.key < b.document.key ? -1 : 1))
  }

  #shown({ document, origin, problems }: Entry<Declaration>): DeclaredDocument {
    const { key: name, revision, value } = document
    return { name, origin, revision, document: hideSecrets(this.#options.schema, value), problems }
  }
}

/** Of a document that no store keeps. */
function revisionOf(value: StoredValue): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)
}

function revisionSeen(kept: StoredDocument | undefined): Expectation {
  return kept === undefined ? 'nothing' : { revision: kept.revision }
}

/** True if only one state of what is kept will do. */
function isCertain(expected: PutExpectation): expected is Exclude<Expectation, 'anything'> {
  return expected !== 'anything' && expected !== 'something'
}

function missing(key: string): StoreError {
  return new StoreError('conflict', `Cannot change ${key}: it is not there`, { key })
}

/** True if somebody else was faster. */
function isLate(error: unknown): boolean {
  return error instanceof StoreError && error.fault === 'conflict'
}

function changesOf(plans: readonly Plan[], written: readonly Plan[]): DeclaredChanges {
  const namesOf = (some: readonly Plan[]): string[] => some.map(({ name }) => name)
  const changed = new Set(written)
  return {
    created: namesOf(written.filter(({ kept }) => kept === undefined)),
    changed: namesOf(written.filter(({ kept }) => kept !== undefined)),
    unchanged: namesOf(plans.filter(plan => !changed.has(plan))),
  }
}

/** Of further problems those at other places: one is enough at each. */
function beside(found: readonly DocumentProblem[], further: readonly DocumentProblem[]): readonly DocumentProblem[] {
  const places = new Set(found.map(({ pointer }) => pointer))
  return further.filter(({ pointer }) => !places.has(pointer))
}

function under(name: string, { pointer, detail }: DocumentProblem): DocumentProblem {
  return { pointer: `${joinPointer('', name)}${pointer}`, detail }
}

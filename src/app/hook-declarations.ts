import type { Log } from '../contracts/log.ts'
import type { HookConfig } from '../hooks/config.ts'
import { hookDocument, readHook, refusedToApi, writtenHook } from '../hooks/read-hook.ts'
import { DocumentDeclarations } from '../store/document-declarations.ts'
import type { GuardedStore } from '../store/guarded-store.ts'

type HookDeclarationsOptions = {
  readonly store: GuardedStore
  readonly log: Log
  /** Is told of all hooks that there should be from now on. */
  readonly onChange: (hooks: readonly HookConfig[]) => void
}

/** The hooks of the configuration file and those that were declared through the API. */
export class HookDeclarations {
  readonly documents: DocumentDeclarations<HookConfig['values']>
  readonly #onChange: HookDeclarationsOptions['onChange']
  #fromFile: readonly HookConfig[] = []

  constructor(hooks: readonly HookConfig[], { store, log, onChange }: HookDeclarationsOptions) {
    this.#onChange = onChange
    this.documents = new DocumentDeclarations({
      collection: 'hooks',
      schema: hookDocument,
      read: readHook,
      conflicts: (_, values) => refusedToApi(values),
      onChange: () => onChange(this.#all),
      store,
      log,
    })
    this.#take(hooks)
  }

  /** The configuration says this of hooks now. */
  declareFromFile(hooks: readonly HookConfig[]): void {
    this.#take(hooks)
    this.#onChange(this.#all)
  }

  #take(hooks: readonly HookConfig[]): void {
    this.#fromFile = hooks
    this.documents.declareFromFile(new Map(hooks.map(hook => [hook.name, writtenHook(hook)])))
  }

  /** Those of the file, which was checked by itself, go before those of the store. */
  get #all(): readonly HookConfig[] {
    const names = new Set(this.#fromFile.map(({ name }) => name))
    const declared = [...this.documents.byName].map(([name, values]) => ({ name, values }))
    return [...this.#fromFile, ...declared.filter(({ name }) => !names.has(name))]
  }
}

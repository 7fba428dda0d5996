import type { Authorizer, Verdict } from '../contracts/access.ts'
import type { Log } from '../contracts/log.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { DocumentDeclarations } from '../store/document-declarations.ts'
import type { GuardedStore } from '../store/guarded-store.ts'
import type { AppConfig } from './config.ts'
import { namingProblems } from './copied-streams.ts'
import { readDeclaration, type StreamDeclaration, streamDeclaration } from './stream-declaration.ts'

export type Declarations = DocumentDeclarations<StreamDeclaration>

/** What was declared of streams, in the file and through the API. `onChange` puts it in force. */
export function createDeclarations(
  { streams }: Pick<AppConfig, 'streams'>,
  parts: { readonly store: GuardedStore; readonly log: Log; readonly onChange: () => void },
): Declarations {
  const read = {
    collection: 'streams' as const,
    schema: streamDeclaration,
    read: readDeclaration,
    conflicts: namingProblems,
  }
  const declarations = new DocumentDeclarations({ ...read, ...parts })
  declareFromFile(declarations, streams)
  return declarations
}

/** The configuration says this of streams now. */
export function declareFromFile(declarations: Declarations, streams: AppConfig['streams']): void {
  declarations.declareFromFile(new Map(streams.map(({ name, document }) => [name, document])))
}

/** Nobody publishes or plays what is switched off, whoever they are. */
export function refusingSwitchedOff(authorizer: Authorizer, declarations: Declarations): Authorizer {
  const refused: Verdict = { isAllowed: false, refusal: 'forbidden', reason: 'the stream is switched off' }
  return {
    authorize: (request, signal) =>
      isSwitchedOff(declarations, request.stream) ? Promise.resolve(refused) : authorizer.authorize(request, signal),
  }
}

/** Whoever publishes or plays what is switched off now has to go. */
export function endSwitchedOff(declarations: Declarations, registry: StreamRegistry): void {
  for (const { name } of [...registry.streams]) if (isSwitchedOff(declarations, name)) registry.end(name, 'kicked')
}

function isSwitchedOff(declarations: Declarations, name: string): boolean {
  return declarations.declarationOf(name)?.enabled === false
}

import type { StreamAccess } from '../auth/stream-access.ts'
import type { AccessRequest, Authorizer, Verdict } from '../contracts/access.ts'
import type { Log } from '../contracts/log.ts'
import type { Store } from '../contracts/store.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { sessionsOf } from '../hub/stream-sessions.ts'
import { DocumentDeclarations } from '../store/document-declarations.ts'
import type { AppConfig } from './config.ts'
import { namingProblems } from './copied-streams.ts'
import type { Packaging } from './packaging.ts'
import { readDeclaration, type StreamDeclaration, streamDeclaration } from './stream-declaration.ts'
import { outputOf } from './stream-outputs.ts'

export type Declarations = DocumentDeclarations<StreamDeclaration>

/** What was declared of streams, in the file and through the API. `onChange` puts it in force. */
export function createDeclarations(
  { streams }: Pick<AppConfig, 'streams'>,
  parts: { readonly store: Pick<Store, 'list' | 'apply'>; readonly log: Log; readonly onChange: () => void },
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

/** Who may use a stream, as far as that was declared. */
export function accessIn(declarations: Declared): (stream: string) => StreamAccess | undefined {
  return stream => declarations.declarationOf(stream)?.auth
}

/**
 * Nobody publishes or plays what is switched off, or plays over what is, whoever they are; nor what has an access of its own
 * that cannot be read.
 */
export function refusingSwitchedOff(authorizer: Authorizer, declarations: Declared): Authorizer {
  return {
    authorize: (request, signal) => {
      const refused = refusalOf(declarations, request)
      return refused === undefined ? authorizer.authorize(request, signal) : Promise.resolve(refused)
    },
  }
}

/** What is looked up of streams. */
type Declared = Pick<Declarations, 'declarationOf' | 'get'>

function refusalOf(declarations: Declared, { action, stream, protocol }: AccessRequest): Verdict | undefined {
  if (isSwitchedOff(declarations, stream)) return forbidden('the stream is switched off')
  if (action === 'play' && isOutputOff(declarations, stream, protocol)) {
    return forbidden(`the stream is not played over ${protocol}`)
  }
  return isAccessUnusable(declarations, stream)
    ? { isAllowed: false, refusal: 'unavailable', reason: 'what was declared of the stream cannot be used' }
    : undefined
}

function forbidden(reason: string): Verdict {
  return { isAllowed: false, refusal: 'forbidden', reason }
}

/** Whoever publishes or plays what is switched off now, or plays over what is, has to go. */
export function endSwitchedOff(
  declarations: Declarations,
  registry: StreamRegistry,
  packaging: Pick<Packaging, 'viewers' | 'askAgain'>,
): void {
  for (const { name } of [...registry.streams]) if (isSwitchedOff(declarations, name)) registry.end(name, 'kicked')
  packaging.askAgain(stream => Object.values(declarations.declarationOf(stream)?.outputs ?? {}).includes(false))
  const askedAgain = new Set(packaging.viewers.map(({ info }) => info.id))
  for (const { role, stream, info, end } of sessionsOf(registry.streams)) {
    if (role !== 'player' || askedAgain.has(info.id)) continue
    if (isOutputOff(declarations, stream, info.protocol)) end()
  }
}

/** True if something is kept of who may use the stream, and nothing can be made of it. */
function isAccessUnusable(declarations: Declared, name: string): boolean {
  if (declarations.declarationOf(name) !== undefined) return false
  return declarations.get(name)?.document['auth'] !== undefined
}

function isSwitchedOff(declarations: Declared, name: string): boolean {
  return declarations.declarationOf(name)?.enabled === false
}

function isOutputOff(declarations: Declared, name: string, protocol: string): boolean {
  const output = outputOf(protocol)
  return output !== undefined && declarations.declarationOf(name)?.outputs[output] === false
}

import { type ApiOptions, apiRoutes } from '../api/api-routes.ts'
import { SlashedNames } from '../api/slashed-names.ts'
import { documentSchema } from '../config/document-schema.ts'
import type { Authorizer } from '../contracts/access.ts'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import { hookDocument } from '../hooks/read-hook.ts'
import { guardedRoutes } from '../servers/http/guarded-routes.ts'
import type { UrlRewriting } from '../servers/http/http-app.ts'
import type { ConfigReload } from './config-reload.ts'
import { configView } from './config-view.ts'
import type { Declarations } from './declarations.ts'
import type { HookDeclarations } from './hook-declarations.ts'
import type { Packaging } from './packaging.ts'
import { allSessions } from './sessions.ts'
import { streamDeclaration } from './stream-declaration.ts'

/** What the API shows and changes, as far as it is not made for it. */
export type ApiParts = Omit<
  ApiOptions,
  'declared' | 'declaration' | 'declaredHooks' | 'hookDeclaration' | 'names' | 'sessions' | 'dvr' | 'configView'
> & {
  readonly declarations: Declarations
  readonly hookDeclarations: HookDeclarations
  readonly packaging: Packaging
  readonly access: Authorizer
  /** Missing where the configuration was not read from anywhere. */
  readonly reload: ConfigReload | undefined
}

export type Api = { readonly routes: HttpRoutes; readonly rewriteUrl: UrlRewriting }

/** The API of this server, for whoever may use it. */
export function createApi({ declarations, hookDeclarations, packaging, access, reload, ...parts }: ApiParts): Api {
  const names = new SlashedNames()
  const declared = { declared: declarations, declaration: documentSchema(streamDeclaration), names }
  const hooks = { declaredHooks: hookDeclarations.documents, hookDeclaration: documentSchema(hookDocument) }
  const sessions = allSessions(parts.registry, packaging, parts.inputs)
  const routes = apiRoutes({
    ...parts,
    ...declared,
    ...hooks,
    sessions,
    dvr: packaging.dvr,
    configView: configView(reload),
  })
  return { routes: guardedRoutes('api', access, routes), rewriteUrl: names.escape }
}

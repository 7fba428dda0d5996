import type { JsonSchema } from '../config/document-schema.ts'
import type { ConfigView } from '../contracts/config-view.ts'
import type { DvrLibrary } from '../contracts/dvr.ts'
import type { EventFeeds } from '../contracts/event-feeds.ts'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import type { Reconnects } from '../contracts/reconnects.ts'
import type { Sessions } from '../contracts/sessions.ts'
import type { StreamInputs } from '../contracts/stream-inputs.ts'
import { describedRoutes } from './api-document.ts'
import { batchRoutes } from './batch-routes.ts'
import { configRoutes } from './config-routes.ts'
import { declaredStreamRoutes } from './declared-stream-routes.ts'
import { dvrRoutes } from './dvr-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { type HookRoutesOptions, hookRoutes } from './hook-routes.ts'
import { inputRoutes } from './input-routes.ts'
import { refuseUnknownParameters } from './known-parameters.ts'
import { reconnectRoutes } from './reconnect-routes.ts'
import { recordingRoutes } from './recording-routes.ts'
import { relayRoutes } from './relay-routes.ts'
import { type ServerFacts, serverRoutes } from './server-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import type { SlashedNames } from './slashed-names.ts'
import { type StreamRoutesOptions, streamRoutes } from './stream-routes.ts'
import { readYamlBodies } from './yaml-body.ts'

export type ApiOptions = StreamRoutesOptions &
  HookRoutesOptions & {
    readonly inputs: StreamInputs
    readonly reconnects: Reconnects
    readonly feeds: EventFeeds
    readonly dvr: DvrLibrary
    readonly sessions: Sessions
    readonly server: ServerFacts
    readonly configView: ConfigView
    /** What may be declared of a stream. */
    readonly declaration: JsonSchema
    /** Learns which paths have the names of streams in them. */
    readonly names: SlashedNames
  }

/** The routes below `/api/v1`, and below `/api/docs` what describes them. */
export function apiRoutes(options: ApiOptions): HttpRoutes {
  return describedRoutes(options.server.version, app => {
    options.names.watch(app)
    // A document that somebody sends as plain text is not taken for a text.
    app.removeContentTypeParser('text/plain')
    readYamlBodies(app)
    refuseUnknownParameters(app)
    streamRoutes(app, options)
    declaredStreamRoutes(app, options.declared, options.declaration)
    batchRoutes(app, options.declared, options.declaration)
    inputRoutes(app, options.inputs)
    sessionRoutes(app, options.sessions, options.clock)
    recordingRoutes(app, options.recordings)
    dvrRoutes(app, options.dvr)
    relayRoutes(app, options.relays)
    reconnectRoutes(app, options.reconnects)
    hookRoutes(app, options)
    eventRoutes(app, options.feeds)
    serverRoutes(app, options.server, options.clock)
    configRoutes(app, options.configView)
  })
}

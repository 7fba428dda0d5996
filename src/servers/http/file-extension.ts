import type { FastifyServerOptions } from 'fastify'

type RouterOptions = NonNullable<FastifyServerOptions['routerOptions']>
type ConstraintStrategy = NonNullable<RouterOptions['constraints']>[string]
type Handler = NonNullable<ReturnType<ReturnType<ConstraintStrategy['storage']>['get']>>

/**
 * Routes that share the path of a stream and differ in its ending: `/*` with `constraints: { extension: 'flv' }` takes
 * `/live/test.flv`. Features that serve other endings bring the same route with another constraint.
 */
export const extensionConstraint: ConstraintStrategy = {
  name: 'extension',
  storage: () => {
    const handlers = new Map<unknown, Handler>()
    return {
      get: extension => handlers.get(extension) ?? null,
      set: (extension, handler) => handlers.set(extension, handler),
    }
  },
  deriveConstraint: request => deriveExtension(request.url ?? ''),
  mustMatchWhenDerived: false,
}

/** A segment of a transport stream is none: its number, which counts the seconds since 1970, tells it apart. */
const segmentName = /\/ts-\d{10,15}(?:-k\d{1,16}-[0-9a-f]{8})?\.ts(?:[?#]|$)/

/** A part of what is kept of a stream says which part: without that it is the stream of that name. */
const clipName = /^\/[^?#]+\/clip\.mp4\?(?:[^#]*&)?(?:from|to|offset|duration)=/

/** Which route takes a URL. */
export function deriveExtension(url: string): string {
  if (segmentName.test(url)) return 'segment.ts'
  return clipName.test(url) ? 'clip.mp4' : pathExtension(url)
}

/** What follows the last dot of the path's last segment; empty if there is none. The path is still percent-encoded. */
export function pathExtension(url: string): string {
  const end = url.search(/[?#]/)
  const path = end === -1 ? url : url.slice(0, end)
  const dot = path.lastIndexOf('.')
  return dot > path.lastIndexOf('/') ? path.slice(dot + 1) : ''
}

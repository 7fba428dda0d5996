import type { FastifyInstance } from 'fastify'

/** What stands around the name of a stream in the path of a route. */
type NamedPath = { readonly method: string; readonly before: string; readonly after: string }

/** The name of a stream in the paths of routes. */
const parameter = ':stream'

/**
 * Names of streams have slashes, and may be written with them: `/api/v1/streams/cam/roof/status` is taken for
 * `/api/v1/streams/cam%2Froof/status`, which routes and OpenAPI know. A name that ends as such a path does has its slashes
 * written as `%2F`.
 */
export class SlashedNames {
  /** Those that end with more come first. */
  readonly #paths: NamedPath[] = []

  /** Learn the routes that are added from now on. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', ({ method, url }) => {
      const [before = '', after] = url.split(parameter, 2)
      if (after === undefined) return
      for (const one of [method].flat()) this.#paths.push({ method: one, before, after })
      this.#paths.sort((a, b) => b.after.length - a.after.length)
    })
  }

  /** The URL with the slashes of its name escaped, if it has one. */
  readonly escape = (method: string, url: string): string => {
    const end = url.search(/[?#]/)
    const path = end === -1 ? url : url.slice(0, end)
    const known = this.#paths.find(named => named.method === method && isNamed(path, named))
    if (known === undefined) return url
    const nameEnd = path.length - known.after.length
    const name = path.slice(known.before.length, nameEnd)
    return `${known.before}${name.replaceAll('/', '%2F')}${url.slice(nameEnd)}`
  }
}

function isNamed(path: string, { before, after }: NamedPath): boolean {
  return path.length > before.length + after.length && path.startsWith(before) && path.endsWith(after)
}

import type { HttpAnswer } from '../../contracts/http-routes.ts'

/** What scripts of other sites may read beyond the plainest: players measure times and sizes with it. */
const exposedHeaders = ['Accept-Ranges', 'Age', 'Content-Range', 'Date', 'ETag']

/** No answer is anything but what it says that it is. Source: Fetch Standard §3.6. */
const sniffing = ['X-Content-Type-Options', 'nosniff'] as const

/**
 * What all answers say beside what is their own, for pages of these origins.
 *
 * @see Fetch Standard §3.3.3 (CORS), §3.3.5 (`Vary`)
 */
export class AnswerHeaders {
  #origins: readonly string[] = []
  #forAll: readonly string[] = sniffing
  #byOrigin: ReadonlyMap<string, readonly string[]> = new Map()
  /** True if what is answered depends on the origin of the page that asks. */
  #dependsOnOrigin = false

  constructor(origins: readonly string[]) {
    this.use(origins)
  }

  /** Of pages that may read answers; `*` for all. */
  get origins(): readonly string[] {
    return this.#origins
  }

  /** From now on, pages of these origins may. */
  use(origins: readonly string[]): void {
    const exposed = ['Access-Control-Expose-Headers', exposedHeaders.join(', ')]
    const isForAll = origins.includes('*')
    const shared = origins.length === 0 ? sniffing : [...sniffing, ...exposed]
    this.#origins = origins
    this.#dependsOnOrigin = origins.length > 0 && !isForAll
    this.#forAll = isForAll ? [...shared, ...allowing('*')] : shared
    this.#byOrigin = new Map(origins.map(origin => [origin, [...shared, ...allowing(origin)]]))
  }

  /** All that an answer says: names and values in turns. */
  fieldsOf({ headers, vary, body }: HttpAnswer, origin: string | undefined): string[] {
    const length = body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))]
    return [...this.of(origin), ...this.#vary(vary), ...headers, ...length]
  }

  /** What an answer of a route says that may say more, in the same form. */
  fieldsFor(origin: string | undefined): string[] {
    return [...this.of(origin), ...this.#vary(undefined)]
  }

  /** What any answer says to a page of that origin: the same array for all who are told the same. */
  of(origin: string | undefined): readonly string[] {
    return (this.#dependsOnOrigin && origin !== undefined && this.#byOrigin.get(origin)) || this.#forAll
  }

  /** The fields of the request that an answer depends on, of which the route knows one. */
  #vary(own: string | undefined): readonly string[] {
    if (!this.#dependsOnOrigin) return own === undefined ? [] : ['Vary', own]
    return ['Vary', own === undefined ? 'Origin' : `Origin, ${own}`]
  }
}

function allowing(origin: string): readonly string[] {
  return ['Access-Control-Allow-Origin', origin]
}

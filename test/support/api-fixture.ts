import fastify, { type FastifyInstance, type InjectOptions } from 'fastify'
import { SlashedNames } from '../../src/api/slashed-names.ts'
import type { HttpRoutes } from '../../src/contracts/http-routes.ts'
import { HttpFixture } from './http-fixture.ts'

export type ApiAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** Parsed, if it is JSON. */
  readonly body: unknown
}

/** Fastify, as far as routes of the API need it. */
export function bareApi(): FastifyInstance {
  const names = new SlashedNames()
  const app = fastify({
    routerOptions: { maxParamLength: 1024 },
    rewriteUrl: ({ method = '', url = '' }) => names.escape(method, url),
  })
  names.watch(app)
  return app
}

/** Routes of the API within the server that they are made for, which does not listen. */
export class ApiFixture {
  readonly http: HttpFixture

  constructor(...routes: readonly HttpRoutes[]) {
    const names = new SlashedNames()
    const watched = routes.map((add): HttpRoutes => {
      return app => {
        names.watch(app)
        return add(app)
      }
    })
    this.http = new HttpFixture({ routes: watched, rewriteUrl: names.escape })
  }

  get(url: string): Promise<ApiAnswer> {
    return this.ask('GET', url)
  }

  async ask(
    method: NonNullable<InjectOptions['method']>,
    url: string,
    payload?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiAnswer> {
    const app = await this.http.server.open()
    const type = payload === undefined ? {} : { 'content-type': 'application/json' }
    const body = payload === undefined || typeof payload === 'string' ? payload : JSON.stringify(payload)
    const options: InjectOptions = { method, url, headers: { ...type, ...headers } }
    const response = await app.inject(body === undefined ? options : { ...options, body })
    const isJson = /json/.test(String(response.headers['content-type']))
    return {
      status: response.statusCode,
      headers: response.headers,
      body: isJson ? response.json() : response.body,
    }
  }
}

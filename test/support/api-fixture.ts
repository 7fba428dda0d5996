import type { InjectOptions } from 'fastify'
import type { HttpRoutes } from '../../src/contracts/http-routes.ts'
import { HttpFixture } from './http-fixture.ts'

export type ApiAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** Parsed, if it is JSON. */
  readonly body: unknown
}

/** Routes of the API within the server that they are made for, which does not listen. */
export class ApiFixture {
  readonly http: HttpFixture

  constructor(...routes: readonly HttpRoutes[]) {
    this.http = new HttpFixture({ routes })
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

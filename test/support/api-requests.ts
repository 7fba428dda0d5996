import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'

export type Schema = { readonly [keyword: string]: unknown }

type Content = Readonly<Record<string, { readonly schema: Schema }>>

/** One operation of an OpenAPI document, as far as requests are made of it. */
export type Operation = {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

/** What is sent: a path as it stands in the first line, percent-encoded or not as it should be. */
export type RawRequest = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export type RawAnswer = { readonly status: number; readonly type: string; readonly body: string }

/** Names that are one segment of a path, as they are written there: right ones, and all the tricks that are known. */
const segments = [
  ...['live%2Ftest', 'cam', 'a%2Fb%2Fc', '..', '.', 'a%2F..%2Fb', '%2e%2e', '%00', 'a%00b', '%2F', '%20', '~', '*'],
  ...['x'.repeat(300), '%E8%A6%96', 'constructor', '__proto__', '%3Cscript%3E', "'%20OR%201=1", '%0d%0aX:1', '-1'],
]

/** Texts that say something somewhere, and that lead nowhere. */
const texts = [
  ...['', 'live/test', 'live/**', '10s', '64KiB', '-1', 'true', '1e400', '2026-11-21T09:30:00Z', '127.0.0.1', '::/0'],
  ...['rtmp://127.0.0.1:1/live/x', 'srt://127.0.0.1:1', 'http://127.0.0.1:1/x', 'file:///', '***', '\u0000', '\ud800'],
]

const anything = fc.jsonValue({ maxDepth: 3 })

/** Values of a schema, and now and then something else. */
function valueOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: rightValueOf(schema, depth) }, { weight: 1, arbitrary: anything })
}

function rightValueOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const { enum: choices, anyOf, type, items, properties } = schema
  if (Array.isArray(choices)) return fc.constantFrom(...(choices as unknown[]))
  if (Array.isArray(anyOf)) return fc.oneof(...(anyOf as Schema[]).map(one => valueOf(one, depth)))
  switch (type) {
    case 'string':
      return fc.oneof(fc.constantFrom(...texts), fc.string({ maxLength: 20 }))
    case 'integer':
    case 'number':
      return fc.oneof(fc.nat(1000), fc.constantFrom(-1, 0, 1.5, 2 ** 53, 1e308))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(valueOf((items ?? {}) as Schema, depth + 1), { maxLength: 3 })
    case 'object':
      return objectOf((properties ?? {}) as Readonly<Record<string, Schema>>, depth)
    default:
      return anything
  }
}

function objectOf(properties: Readonly<Record<string, Schema>>, depth: number): fc.Arbitrary<unknown> {
  const names = Object.keys(properties)
  if (names.length === 0 || depth > 4) return fc.constant({})
  return fc.subarray(names, { maxLength: Math.min(4, names.length) }).chain(chosen => {
    const members = chosen.map(name => [name, valueOf(properties[name] ?? {}, depth + 1)] as const)
    return fc.record(Object.fromEntries(members))
  })
}

/** Requests for one operation, of which many are wrong. */
export function requestsFor(method: string, path: string, operation: Operation): fc.Arbitrary<RawRequest> {
  const { parameters = [], requestBody } = operation
  const query = parameters.filter(parameter => parameter.in === 'query')
  const [type = '', content] = Object.entries(requestBody?.content ?? {})[0] ?? []
  const body = content === undefined ? fc.constant(undefined) : bodyOf(type, content.schema)
  return fc
    .tuple(fc.constantFrom(...segments), fc.subarray(query), fc.infiniteStream(fc.constantFrom(...texts, '5')), body)
    .map(([segment, chosen, values, sent]) => {
      const pairs = chosen.map(({ name }) => `${name}=${encodeURIComponent(wellFormed(values.next().value ?? ''))}`)
      return {
        method: method.toUpperCase(),
        path: [path.replaceAll(/\{\w+\}/g, () => segment), ...(pairs.length === 0 ? [] : [pairs.join('&')])].join('?'),
        headers: sent === undefined ? {} : { 'content-type': type },
        body: sent,
      }
    })
}

function bodyOf(type: string, schema: Schema): fc.Arbitrary<string> {
  const written = valueOf(schema).map(value => JSON.stringify(value))
  const broken = fc.oneof(fc.constantFrom('', '{', 'null', '[]', '"', '{"a":1}{', 'a: &a [*a]'), fc.string())
  return type.includes('json') || type.includes('yaml')
    ? fc.oneof({ weight: 6, arbitrary: written }, { weight: 1, arbitrary: broken })
    : broken
}

function wellFormed(value: string): string {
  return value.toWellFormed()
}

/** Sends requests as they are written, over few connections. */
export class RawSender {
  readonly #port: number
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 })

  constructor(port: number) {
    this.#port = port
  }

  async send({ method, path, headers, body }: RawRequest): Promise<RawAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>()
    const target = { host: '127.0.0.1', port: this.#port, agent: this.#agent }
    const sent = request({ ...target, method, path, headers }, response => {
      const { statusCode: status = 0, headers: answered } = response
      text(response).then(answer => resolve({ status, type: answered['content-type'] ?? '', body: answer }), reject)
    })
    sent.on('error', reject)
    sent.end(body)
    return promise
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}

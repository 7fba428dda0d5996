import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { RequestError } from '../core/errors.ts'
import { parsePathPattern } from '../core/path-pattern.ts'
import { linkNext, type Page, pageOf, pageQuery } from './page.ts'

/** The query of a list that has one item of a stream. */
export const streamListQuery = Type.Object(
  {
    stream: Type.Optional(
      Type.String({ maxLength: 1024, description: 'Name of a stream, or a pattern such as live/**' }),
    ),
    ...pageQuery,
  },
  { additionalProperties: false },
)

type OfStream = { readonly stream: string }

export type StreamListRequest = { Querystring: Static<typeof streamListQuery> }

/** Those that a query means, by the names of their streams, page by page. @throws {RequestError} */
export function streamPage<Item extends OfStream>(
  items: readonly Item[],
  request: FastifyRequest<StreamListRequest>,
  reply: FastifyReply,
): Page<Item> {
  const { query } = request
  const page = pageOf(items.filter(isOf(query.stream)), ({ stream }) => stream, query)
  linkNext(request, reply, page)
  return page
}

function isOf(text: string | undefined): (item: OfStream) => boolean {
  if (text === undefined) return () => true
  const pattern = parsePathPattern(text)
  if (pattern !== undefined) return ({ stream }) => pattern.matches(stream)
  throw new RequestError(400, 'Cannot read this list: stream must be a name or a pattern such as live/**')
}

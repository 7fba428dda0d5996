import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { RequestError } from '../core/errors.ts'
import { nullable } from './nullable.ts'

/** Items of a page if nobody says, and at most. */
const usualLimit = 100
const largestLimit = 1000

/** The part of a query that says which page of a list is meant. */
export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: largestLimit, default: usualLimit, description: 'Items of a page, at most' }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 1024, description: 'next of the page before' })),
}

export type PageQuery = { readonly limit?: number; readonly cursor?: string }

/** One page of a list. */
export type Page<Item> = { readonly items: Item[]; readonly next: string | null }

/** What a page of such items looks like. */
export function pageSchema<Item extends TSchema>(item: Item) {
  return Type.Object({
    items: Type.Array(item),
    next: nullable(Type.String(), {
      description: 'The cursor of the next page, whose URL the header Link has, too; null for the last one',
    }),
  })
}

/**
 * The page of a list that a query asks for: what comes after the item that its cursor names, whether that is still there
 * or not. What is there all the time is on exactly one page, whatever else comes and goes between two requests.
 *
 * @param keyOf What items are sorted by, in the order of code units; another one for each.
 * @throws {RequestError} If no page of ours has had that cursor.
 */
export function pageOf<Item>(items: readonly Item[], keyOf: (item: Item) => string, query: PageQuery): Page<Item> {
  const { limit = usualLimit, cursor } = query
  const after = cursor === undefined ? undefined : readCursor(cursor)
  const sorted = items.map(item => ({ key: keyOf(item), item })).sort(byKey)
  const start = after === undefined ? 0 : indexAfter(sorted, after)
  const page = sorted.slice(start, start + limit)
  const last = page.at(-1)
  const hasMore = last !== undefined && start + limit < sorted.length
  return { items: page.map(({ item }) => item), next: hasMore ? Buffer.from(last.key).toString('base64url') : null }
}

/** Say in a header where the next page is, beside what the query asks for. @see RFC 8288 §3 */
export function linkNext(request: FastifyRequest, reply: FastifyReply, { next }: Page<unknown>): void {
  if (next === null) return
  const [path = '', query = ''] = request.url.split('?', 2)
  const parameters = new URLSearchParams(query)
  parameters.set('cursor', next)
  void reply.header('Link', `<${path}?${parameters.toString()}>; rel="next"`)
}

type Keyed = { readonly key: string }

function byKey({ key: one }: Keyed, { key: other }: Keyed): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function indexAfter(sorted: readonly Keyed[], key: string): number {
  const index = sorted.findIndex(entry => entry.key > key)
  return index === -1 ? sorted.length : index
}

function readCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url')
  if (key.toString('base64url') === cursor) return key.toString()
  throw new RequestError(400, 'Cannot read this page: cursor must be the next of another page')
}

import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { DeclaredExpectation, PutExpectation } from '../contracts/declared-documents.ts'
import { RequestError } from '../core/errors.ts'

/** @see RFC 9110 §8.8.3 */
export function entityTag(revision: string): string {
  return `"${revision}"`
}

/** The headers that say what a request expects to change. */
export const changeHeaders = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'The ETag of what is to be changed; else the answer is 412' })),
  'if-none-match': Type.Optional(Type.String({ description: '*, to declare only what is not there' })),
})

const oneTag = /^"([^"]+)"$/

/**
 * What a request expects to change.
 *
 * @throws {RequestError} If it says so in a way that we do not know.
 * @see RFC 9110 §13.1.1 (If-Match), §13.1.2 (If-None-Match)
 */
export function expectationOf({ headers }: FastifyRequest): PutExpectation {
  const match = headers['if-match']
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined) {
    if (noneMatch === '*' && match === undefined) return 'nothing'
    throw new RequestError(400, 'Cannot read If-None-Match of a change: it must be *, without If-Match')
  }
  if (match === undefined) return 'anything'
  if (match === '*') return 'something'
  const revision = oneTag.exec(match)?.[1]
  if (revision !== undefined) return { revision }
  throw new RequestError(400, 'Cannot read If-Match: it must be * or the ETag of an answer, such as "abc"')
}

/** What a request expects that changes only what is there. @throws {RequestError} As above, and for If-None-Match. */
export function presentExpectationOf(request: FastifyRequest): DeclaredExpectation {
  const expected = expectationOf(request)
  if (expected === 'something') return 'anything'
  if (expected !== 'nothing') return expected
  throw new RequestError(400, 'Cannot use If-None-Match here: only what is there can be changed')
}

import Type, { type TSchema } from 'typebox'
import { problemSchema } from './problem-schema.ts'

/** What each status means that a route of the API may answer with when it does not do what it was asked for. */
const problems = {
  400: 'The request cannot be understood',
  401: 'Credentials are needed, or those shown are wrong',
  403: 'The credentials do not allow it',
  404: 'There is no such thing',
  409: 'It cannot be done as things are',
  412: 'It is not what If-Match or If-None-Match says any more',
  413: 'The body is too large',
  415: 'The body is of a type that is not known here',
  422: 'The document is wrong; errors says everything that is',
  429: 'Too many wrong attempts came from this address',
  500: 'The server has a fault; its log says which',
  503: 'It cannot be done now',
} as const

export type ProblemStatus = keyof typeof problems

/** Of every route: whoever asks may not, or cannot be told. */
const everywhere: readonly ProblemStatus[] = [400, 401, 403, 429, 500, 503]

const ofBodies: readonly ProblemStatus[] = [413, 415]

/** There is nothing to be said. */
export const nothing = Type.Null({ description: 'Done' })

/** All answers of a route, in the form that Fastify and OpenAPI have for them. */
export function answers(own: Readonly<Record<number, TSchema>>, ...statuses: readonly ProblemStatus[]): object {
  return { ...described(own), ...problemAnswers([...everywhere, ...statuses]) }
}

/** The same for a route that reads a body. */
export function answersToBody(own: Readonly<Record<number, TSchema>>, ...statuses: readonly ProblemStatus[]): object {
  return answers(own, ...ofBodies, ...statuses)
}

/** OpenAPI wants words for each. */
function described(own: Readonly<Record<number, TSchema>>): object {
  const entries = Object.entries(own).map(([status, schema]) => [
    status,
    { description: Number(status) === 201 ? 'It is new' : 'As asked', ...schema },
  ])
  return Object.fromEntries(entries)
}

function problemAnswers(statuses: readonly ProblemStatus[]): object {
  const content = { 'application/problem+json': { schema: problemSchema } }
  return Object.fromEntries(statuses.map(status => [status, { description: problems[status], content }]))
}

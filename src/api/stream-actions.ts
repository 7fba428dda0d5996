import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { RequestError } from '../core/errors.ts'
import { isStreamName } from '../hub/stream-name.ts'
import { problemSchema } from './problem-schema.ts'

/** Something that can be done to a stream. What it returns is the answer. */
export type StreamAction = (streamName: string) => unknown

/**
 * The routes `POST /api/v1/streams/{name}/{action}`. A name may have slashes, and so may an action: it is what the path
 * ends with.
 *
 * @param actions By path: `recording/start`.
 * @param answer What all of them answer with.
 */
export function streamActions(app: FastifyInstance, actions: ReadonlyMap<string, StreamAction>, answer: TSchema): void {
  const response = { 200: answer, 400: problemSchema, 404: problemSchema, 409: problemSchema, 503: problemSchema }
  const schema = { summary: `Do something to a stream: ${[...actions.keys()].join(', ')}`, response }
  app.post<{ Params: { '*': string } }>('/api/v1/streams/*', { schema }, request => {
    const path = request.params['*']
    for (const [name, action] of actions) {
      if (path.endsWith(`/${name}`)) return action(checkedName(path.slice(0, -name.length - 1)))
    }
    throw new RequestError(404, `Cannot do that to a stream: the path ends with ${[...actions.keys()].join(' or ')}`)
  })
}

/** @throws {RequestError} If no stream can have that name. */
export function checkedName(name: string): string {
  if (isStreamName(name)) return name
  throw new RequestError(400, 'Cannot read this stream: 1 to 8 segments of A-Z a-z 0-9 _ . ~ - make a name')
}

import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { StreamInputs } from '../contracts/stream-inputs.ts'
import { RequestError } from '../core/errors.ts'
import { answers, answersToBody } from './answers.ts'
import { type InputsView, inputsSchema } from './input-schema.ts'
import { inputsView } from './inputs-view.ts'
import { checkedName } from './stream-name.ts'
import { streamParams as params, type StreamParams } from './stream-params.ts'

const switchOrderSchema = Type.Object(
  {
    // A union would take 0 for null.
    input: Type.Unsafe<number | null>({
      ...{ type: ['integer', 'null'], minimum: 1 },
      description:
        'Number of the input, which goes on air at its next key frame as soon as it works; null lets go of it',
    }),
  },
  { additionalProperties: false },
)

type SwitchRequest = StreamParams & { Body: Static<typeof switchOrderSchema> }

const tags = ['Streams']

/** What operators do to the inputs of a stream. Each answers with what the inputs do then. */
export function inputRoutes(app: FastifyInstance, inputs: StreamInputs): void {
  const summary = 'Prefer one input of a stream to all others; one that fails is replaced all the same'
  const response = answersToBody({ 200: inputsSchema }, 404)
  const schema = { operationId: 'switchInput', summary, tags, params, body: switchOrderSchema, response }
  app.post<SwitchRequest>('/api/v1/streams/:stream/switch', { schema }, ({ params: { stream }, body: { input } }) => {
    const name = checkedName(stream)
    if (inputs.pin(name, input ?? undefined)) return viewOf(inputs, name)
    throw inputs.of(name) === undefined
      ? withoutInputs(name)
      : new RequestError(404, `Cannot switch stream ${name}: it has no input ${input}`)
  })
  addAction(app, 'start', 'Connect the inputs of a stream again that was stopped', inputs)
  addAction(
    app,
    'stop',
    'Let go of all inputs of a stream, until it is started, declared anew, or the server is',
    inputs,
  )
  addAction(app, 'restart', 'Connect all inputs of a stream anew; encoders that publish to it stay', inputs)
}

function addAction(
  app: FastifyInstance,
  action: 'start' | 'stop' | 'restart',
  summary: string,
  inputs: StreamInputs,
): void {
  const response = answers({ 200: inputsSchema }, 404)
  const schema = { operationId: `${action}Stream`, summary, tags, params, response }
  app.post<StreamParams>(`/api/v1/streams/:stream/${action}`, { schema }, ({ params: { stream } }) => {
    const name = checkedName(stream)
    if (!inputs[action](name)) throw withoutInputs(name)
    return viewOf(inputs, name)
  })
}

/** @throws {RequestError} If the stream has no inputs. */
function viewOf(inputs: StreamInputs, name: string): InputsView {
  const status = inputs.of(name)
  if (status === undefined) throw withoutInputs(name)
  return inputsView(status)
}

function withoutInputs(name: string): RequestError {
  return new RequestError(404, `Cannot do that to stream ${name}: it has no inputs, or is switched off`)
}

import Type, { type Static } from 'typebox'
import { nullable } from './nullable.ts'

const dateTime = Type.String({ format: 'date-time' })

/** One input of a declared stream. */
const inputSchema = Type.Object({
  number: Type.Integer({
    description: 'From 1 on in the order of the declaration; the same as long as it is declared',
  }),
  url: Type.String({ description: 'Without key, query and credentials' }),
  title: Type.String(),
  protocol: Type.String(),
  state: Type.Enum(['off', 'connecting', 'receiving', 'silent', 'waiting', 'ended'], {
    description:
      'off: not needed now; connecting: tried, or waits for its publisher; silent: connected, without media; waiting: failed, tries again; ended: the file is at its end',
  }),
  since: Type.String({ format: 'date-time', description: 'When it came into its state' }),
  onAir: Type.Boolean({ description: 'Its media are those of the stream' }),
  slate: Type.Boolean({ description: 'It is shown when there is nothing else' }),
  lastError: nullable(Type.String()),
  lastErrorAt: nullable(dateTime),
  failures: Type.Integer(),
  retryInMs: nullable(Type.Integer()),
  lastFrameAgeMs: nullable(Type.Integer(), { description: 'Time since media have last come' }),
  bitrate: Type.Integer({ description: 'Bits per second' }),
  frames: Type.Integer(),
  bytes: Type.Integer(),
})

const switchSchema = Type.Object({
  at: dateTime,
  from: nullable(Type.Integer(), { description: 'Number of the input that was on air before' }),
  to: Type.Integer(),
  reason: Type.String({
    description:
      'start, never-connected, silence, error, end, removed: of the one before; failback: it is preferred and has worked for long enough; manual: an operator wanted it',
  }),
})

/** What the inputs of a stream do now. */
export const inputsSchema = Type.Object({
  state: Type.Enum(['running', 'resting', 'stopped'], {
    description: 'resting: on demand, and nobody watches; stopped: an operator has stopped it',
  }),
  pinned: nullable(Type.Integer(), { description: 'Number of the input that an operator has chosen' }),
  items: Type.Array(inputSchema, { description: 'The preferred ones first' }),
  switches: Type.Array(switchSchema, { description: 'The newest ones, in their order' }),
})

export type InputView = Static<typeof inputSchema>
export type InputsView = Static<typeof inputsSchema>

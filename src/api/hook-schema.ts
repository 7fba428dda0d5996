import Type, { type Static } from 'typebox'
import { nullable } from './nullable.ts'

/** How one hook is doing. */
export const hookSchema = Type.Object({
  name: Type.String(),
  type: Type.Enum(['webhook', 'kafka', 'nats', 'file', 'command', 'stdio', 'srs']),
  origin: Type.Enum(['file', 'api'], { description: 'file: the configuration declares it' }),
  target: Type.String({ description: 'Where events go, without what may be secret' }),
  events: Type.Array(Type.String(), { description: 'Types of the events that it is told of' }),
  state: Type.Enum(['idle', 'delivering', 'failing'], {
    description: 'failing: the last attempt has failed',
  }),
  queued: Type.Integer({ description: 'Events that wait' }),
  oldestWaiting: nullable(Type.String({ format: 'date-time' }), {
    description: 'When the oldest event happened that is not delivered',
  }),
  delivered: Type.Integer(),
  failed: Type.Integer({ description: 'Events that were given up, after all attempts, or because they were too old' }),
  dropped: Type.Integer({ description: 'Events that had to make room for newer ones, in the queue or in the journal' }),
  retries: Type.Integer({ description: 'Attempts beyond the first' }),
  lastError: nullable(Type.String()),
  lastDelivery: nullable(Type.String({ format: 'date-time' })),
})

export const hookListSchema = Type.Object({ items: Type.Array(hookSchema) })

export const hookTestSchema = Type.Object({
  delivered: Type.Boolean(),
  error: nullable(Type.String(), { description: 'Why it failed' }),
  status: nullable(Type.Integer(), { description: 'Of the HTTP answer' }),
  durationMs: Type.Integer(),
})

export type HookView = Static<typeof hookSchema>

export type HookTestView = Static<typeof hookTestSchema>

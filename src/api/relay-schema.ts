import Type, { type Static } from 'typebox'
import { nullable } from './nullable.ts'

/** One relay of one stream. */
export const relaySchema = Type.Object({
  direction: Type.Enum(['push', 'pull'], { description: 'push: to another server; pull: from one' }),
  stream: nullable(Type.String(), { description: 'null while no stream uses the destination' }),
  url: Type.String({ description: 'Without key, query and credentials' }),
  destination: nullable(Type.Integer(), {
    description: 'Number of the destination in the configuration, from 1 on; null for pulls',
  }),
  state: Type.Enum(['idle', 'connecting', 'sending', 'receiving', 'waiting', 'ended', 'failed'], {
    description:
      'idle: nothing to do; waiting: failed, tries again; ended: the file is at its end; failed: cannot work as things are',
  }),
  since: Type.String({ format: 'date-time', description: 'When it came into its state' }),
  lastError: nullable(Type.String()),
  failures: Type.Integer(),
  retryInMs: nullable(Type.Integer()),
  bytes: Type.Integer({ description: 'Sent or received' }),
  framesDropped: Type.Integer({ description: 'Skipped because the destination was too slow' }),
  tracksLeftOut: Type.Array(Type.String(), {
    description: 'Codecs of tracks that the destination is not sent, because it has not announced them',
  }),
})

export const relayListSchema = Type.Object({ items: Type.Array(relaySchema) })

export type RelayView = Static<typeof relaySchema>

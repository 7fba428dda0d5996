import Type, { type Static } from 'typebox'

/** One relay of one stream. */
export const relaySchema = Type.Object({
  direction: Type.Enum(['push', 'pull'], { description: 'push: to another server; pull: from one' }),
  stream: Type.Union([Type.String(), Type.Null()], { description: 'null while no stream uses the destination' }),
  url: Type.String({ description: 'Without key, query and credentials' }),
  destination: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Number of the destination in the configuration, from 1 on; null for pulls',
  }),
  state: Type.Enum(['idle', 'connecting', 'sending', 'receiving', 'waiting', 'ended', 'failed'], {
    description:
      'idle: nothing to do; waiting: failed, tries again; ended: the file is at its end; failed: cannot work as things are',
  }),
  since: Type.String({ format: 'date-time', description: 'When it came into its state' }),
  lastError: Type.Union([Type.String(), Type.Null()]),
  failures: Type.Integer(),
  retryInMs: Type.Union([Type.Integer(), Type.Null()]),
  bytes: Type.Integer({ description: 'Sent or received' }),
  framesDropped: Type.Integer({ description: 'Skipped because the destination was too slow' }),
  tracksLeftOut: Type.Array(Type.String(), {
    description: 'Codecs of tracks that the destination is not sent, because it has not announced them',
  }),
})

export const relayListSchema = Type.Object({ items: Type.Array(relaySchema) })

export type RelayView = Static<typeof relaySchema>

import Type, { type Static } from 'typebox'

const port = Type.Union([Type.Integer(), Type.Null()], { description: 'null where the listener is off' })

export const serverSchema = Type.Object({
  name: Type.Literal('sluice'),
  version: Type.String(),
  startedAt: Type.String({ format: 'date-time' }),
  uptimeSeconds: Type.Integer(),
  ports: Type.Object({ http: port, rtmp: port }),
  node: Type.String({ description: 'Version of Node.js' }),
})

export type ServerStatus = Static<typeof serverSchema>

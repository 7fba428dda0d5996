import Type, { type Static } from 'typebox'
import { nullable } from './nullable.ts'

const port = nullable(Type.Integer(), { description: 'null where the listener is off' })

export const serverSchema = Type.Object({
  name: Type.Literal('sluice'),
  version: Type.String(),
  startedAt: Type.String({ format: 'date-time' }),
  uptimeSeconds: Type.Integer(),
  ports: Type.Object({ http: port, https: port, rtmp: port, rtmps: port, srt: port }),
  node: Type.String({ description: 'Version of Node.js' }),
  config: Type.Object({
    reloads: Type.Integer({ description: 'How often a configuration was read again and taken' }),
    failures: Type.Integer({ description: 'How often it was read again and had something wrong' }),
    lastReloadAt: nullable(Type.String({ format: 'date-time' })),
    problem: nullable(Type.String(), { description: 'What is wrong with it now' }),
    needsRestart: Type.Array(Type.String(), { description: 'Keys whose present value takes effect after a restart' }),
  }),
})

export type ServerStatus = Static<typeof serverSchema>

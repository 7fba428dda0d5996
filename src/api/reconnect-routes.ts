import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Reconnects } from '../contracts/reconnects.ts'
import { RequestError } from '../core/errors.ts'
import { isReconnectTarget, reconnectTargetForm } from '../protocols/rtmp/reconnect-target.ts'
import { answersToBody } from './answers.ts'

const orderSchema = Type.Object(
  {
    url: Type.Optional(Type.String({ description: `Where to: ${reconnectTargetForm}; without it, to where they are` })),
    connection: Type.Optional(Type.String({ description: 'Id of one connection; without it, all are asked' })),
  },
  { additionalProperties: false },
)

const askedSchema = Type.Object({
  connections: Type.Array(Type.String(), { description: 'Ids of the connections whose peers can and were asked' }),
})

/** `POST /api/v1/reconnect`: RTMP peers that know Reconnect Request are asked to connect anew. */
export function reconnectRoutes(app: FastifyInstance, reconnects: Reconnects): void {
  const response = answersToBody({ 200: askedSchema }, 404, 409)
  const summary = 'Ask RTMP peers to reconnect, here or elsewhere'
  const schema = { operationId: 'askToReconnect', summary, tags: ['Sessions'], body: orderSchema, response }
  app.post<{ Body: Static<typeof orderSchema> }>('/api/v1/reconnect', { schema }, ({ body }) => {
    const { url, connection } = body
    if (url !== undefined && !isReconnectTarget(url)) {
      throw new RequestError(400, `Cannot ask for a reconnect: url is ${reconnectTargetForm}`)
    }
    const result = reconnects.request({ url, connection })
    if (result.ok) return { connections: result.connections }
    switch (result.reason) {
      case 'no-connection':
        throw new RequestError(404, 'Cannot ask for a reconnect: there is no such RTMP connection')
      case 'not-capable':
        throw new RequestError(409, 'Cannot ask for a reconnect: the peer has not announced that it can')
    }
  })
}

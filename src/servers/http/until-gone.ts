import type { FastifyRequest } from 'fastify'

/** Do work whose signal aborts when the client goes away, or `other` does. */
export async function untilGone<Result>(
  { raw: { socket } }: FastifyRequest,
  other: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const gone = new AbortController()
  const onClose = (): void => gone.abort()
  socket.once('close', onClose)
  try {
    return await work(AbortSignal.any([gone.signal, other]))
  } finally {
    socket.off('close', onClose)
  }
}

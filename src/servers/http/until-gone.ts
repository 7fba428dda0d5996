import type { FastifyRequest } from 'fastify'
import { carrierOf } from './carrier.ts'

/** Do work whose signal aborts when the client goes away, or one of `others` does. */
export async function untilGone<Result>(
  request: Pick<FastifyRequest, 'raw'>,
  others: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const carrier = carrierOf(request)
  const gone = new AbortController()
  const onClose = (): void => gone.abort()
  carrier.once('close', onClose)
  try {
    return await work(AbortSignal.any([gone.signal, ...others]))
  } finally {
    carrier.off('close', onClose)
  }
}

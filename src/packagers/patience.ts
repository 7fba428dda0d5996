import type { FastifyReply } from 'fastify'
import type { Clock } from '../contracts/clock.ts'
import type { Milliseconds } from '../core/units.ts'

/** How long a request can wait: until its client is gone, or a time is over. */
export async function withPatience<Result>(
  reply: FastifyReply,
  clock: Clock,
  longest: Milliseconds,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const over = new AbortController()
  const abort = (): void => over.abort()
  const timer = clock.after(longest, abort)
  reply.raw.once('close', abort)
  try {
    return await work(over.signal)
  } finally {
    timer.cancel()
    reply.raw.off('close', abort)
  }
}

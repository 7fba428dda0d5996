import type { Clock } from '../contracts/clock.ts'
import type { Milliseconds } from '../core/units.ts'

/** Resolves when so much time has passed, or `signal` aborts. */
export async function passing(span: Milliseconds, clock: Clock, signal: AbortSignal): Promise<void> {
  if (signal.aborted || span <= 0) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const wake = (): void => resolve()
  const timer = clock.after(span, wake)
  signal.addEventListener('abort', wake)
  await promise
  timer.cancel()
  signal.removeEventListener('abort', wake)
}

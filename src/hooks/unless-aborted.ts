/**
 * What `work` resolves to, unless `signal` aborts before. What it does after that is nobody's concern.
 *
 * @throws {Error} If the signal aborts.
 */
export async function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(new Error('the time is up'))
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
    work.catch(() => undefined)
  }
}

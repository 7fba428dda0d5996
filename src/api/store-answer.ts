import { RequestError, StoreError } from '../core/errors.ts'

/** What the store says, as HTTP says it. */
export async function answering<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    if (error.fault === 'conflict') throw new RequestError(412, error.message, { cause: error })
    const { retryAfter = 1 } = error
    throw new RequestError(503, error.message, { cause: error, retryAfter })
  }
}

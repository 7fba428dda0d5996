import { ServerError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'

type DeliveryErrorOptions = {
  /** True if another attempt would end the same way. */
  readonly isFinal: boolean
  /** Of an HTTP answer. */
  readonly status?: number | undefined
  /** How long the receiver wants to be left alone. */
  readonly retryAfter?: Milliseconds | undefined
}

/** An event could not be delivered to a hook. The message holds no secret. */
export class DeliveryError extends ServerError {
  readonly code = 'ERR_DELIVERY'
  readonly isFinal: boolean
  readonly status: number | undefined
  readonly retryAfter: Milliseconds

  constructor(message: string, { isFinal, status, retryAfter = 0 }: DeliveryErrorOptions) {
    super(message)
    this.isFinal = isFinal
    this.status = status
    this.retryAfter = retryAfter
  }
}

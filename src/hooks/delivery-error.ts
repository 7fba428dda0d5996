import { ServerError } from '../core/errors.ts'

/** An event could not be delivered to a hook. The message holds no secret. */
export class DeliveryError extends ServerError {
  readonly code = 'ERR_DELIVERY'
  /** True if another attempt would end the same way. */
  readonly isFinal: boolean

  constructor(message: string, isFinal: boolean) {
    super(message)
    this.isFinal = isFinal
  }
}

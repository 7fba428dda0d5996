import type { StreamInputs } from '../../src/contracts/stream-inputs.ts'

/** No stream has inputs. */
export const noInputs: StreamInputs = {
  list: () => [],
  of: () => undefined,
  pin: () => false,
  start: () => false,
  stop: () => false,
  restart: () => false,
  standbySessions: () => [],
}

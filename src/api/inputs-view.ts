import type { InputStatus, StreamInputsStatus } from '../contracts/stream-inputs.ts'
import type { InputsView, InputView } from './input-schema.ts'

/** What the API says about the inputs of a stream. */
export function inputsView({ state, pinned, inputs, switches }: StreamInputsStatus): InputsView {
  return {
    state,
    pinned: pinned ?? null,
    items: inputs.map(inputView),
    switches: switches.map(({ at, from, to, reason }) => ({ at: timeText(at), from: from ?? null, to, reason })),
  }
}

function inputView({
  since,
  isOnAir: onAir,
  isSlate: slate,
  lastError,
  lastErrorAt,
  retryIn,
  lastFrameAge,
  ...status
}: InputStatus): InputView {
  return {
    ...{ ...status, onAir, slate },
    since: timeText(since),
    lastError: lastError ?? null,
    lastErrorAt: lastErrorAt === undefined ? null : timeText(lastErrorAt),
    retryInMs: retryIn === undefined ? null : Math.round(retryIn),
    lastFrameAgeMs: lastFrameAge === undefined ? null : Math.round(lastFrameAge),
  }
}

/** RFC 3339, in UTC. */
function timeText(wall: number): string {
  return new Date(wall).toISOString()
}

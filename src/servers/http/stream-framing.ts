import type { WireRun } from '../../hub/wire-log.ts'

/** How a transport wraps the pieces of a stream: a WebSocket message, an HTTP chunk, or nothing. */
export type StreamFraming = {
  /** One piece for one viewer. */
  encode(payload: Uint8Array): Uint8Array
  /** One run, for all who read it. */
  encodeRun(run: WireRun): Uint8Array
}

/** Pieces go out as they are. */
export const bareFraming: StreamFraming = { encode: payload => payload, encodeRun: run => run.bytes }

/** Pieces are wrapped by `encode`, each run once for all who read it. */
export function sharedFraming(encode: (payload: Uint8Array) => Uint8Array): StreamFraming {
  // Nearly all who read a run read it one after the other, in one flush of one stream.
  let lastRun: WireRun | undefined
  let lastFrame: Uint8Array = new Uint8Array(0)
  const encodeRun = (run: WireRun): Uint8Array => {
    if (run !== lastRun) {
      lastRun = run
      lastFrame = encode(run.bytes)
    }
    return lastFrame
  }
  return { encode, encodeRun }
}

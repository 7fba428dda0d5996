import type { WireRun } from '../../hub/wire-log.ts'

/** How a transport wraps a piece of a stream: a WebSocket message, an HTTP chunk. */
export type Framing = (payload: Uint8Array) => Buffer

/** Wraps runs, each once for all who read it. */
export function framedRuns(framing: Framing): (run: WireRun) => Buffer {
  const frames = new WeakMap<WireRun, Buffer>()
  return run => {
    let frame = frames.get(run)
    if (frame === undefined) {
      frame = framing(run.bytes)
      frames.set(run, frame)
    }
    return frame
  }
}

/** Encoders with a variable frame rate write the ticks of their clock here; nobody shows pictures this fast. */
const highestFrameRate = 300

/** Frames per second of `ticksPerFrame` ticks at `timeScale`, or `undefined` where that is no frame rate. */
export function frameRateOf(timeScale: number, ticksPerFrame: number): number | undefined {
  if (timeScale === 0 || ticksPerFrame === 0) return undefined
  const frameRate = timeScale / ticksPerFrame
  return frameRate <= highestFrameRate ? frameRate : undefined
}

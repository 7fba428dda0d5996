/** The encoder as people know it, from what it calls itself: libobs and libavformat are OBS and FFmpeg. */
export function encoderName(encoder: string): string {
  const obs = /\blibobs version (\d+(?:\.\d+)*)/.exec(encoder)
  if (obs) return `OBS ${obs[1]}`
  const lavf = /^Lavf(\d+(?:\.\d+)*)$/.exec(encoder)
  if (lavf) return `FFmpeg (Lavf\u00a0${lavf[1]})`
  return encoder
}

import type { Track } from '../api/sluice-api.ts'

const codecNames: Readonly<Record<string, string>> = { AMF0: 'Script data' }

/** The codec as people know it; a codec that the table does not know reads as the server wrote it. */
export function codecName(codec: string): string {
  return codecNames[codec] ?? codec
}

/** `1920 × 1080`, or undefined while the size is not known. */
export function pictureSize(track: Track | undefined): string | undefined {
  if (!track?.width || !track.height) return undefined
  return `${track.width}\u202f×\u202f${track.height}`
}

/** `30 fps`, or undefined while the rate is not known. Measured over a few seconds, so its fractions say nothing. */
export function frameRate(track: Track | undefined): string | undefined {
  if (!track?.frameRate) return undefined
  return `${Math.round(track.frameRate)}\u00a0fps`
}

/** `48 kHz stereo`, or undefined while nothing is known. */
export function soundFormat(track: Track | undefined): string | undefined {
  const rate = track?.sampleRate ? `${Number((track.sampleRate / 1000).toFixed(2))}\u00a0kHz` : undefined
  const layout = track?.channels ? channelLayout(track.channels) : undefined
  const known = [rate, layout].filter(fact => fact !== undefined)
  return known.length === 0 ? undefined : known.join(' ')
}

export function firstTrack(tracks: readonly Track[], kind: Track['kind']): Track | undefined {
  return tracks.find(track => track.kind === kind)
}

function channelLayout(channels: number): string {
  if (channels === 1) return 'mono'
  if (channels === 2) return 'stereo'
  if (channels === 6) return '5.1'
  if (channels === 8) return '7.1'
  return `${channels}\u00a0channels`
}

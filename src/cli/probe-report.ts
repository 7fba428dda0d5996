import type { ProbeReport, TrackReport } from './stream-probe.ts'

/** A report for people: one paragraph per track. */
export function formatProbeReport({ tracks, audioDelayMs }: ProbeReport): string {
  const rows = tracks.map(formatTrack)
  const delay =
    audioDelayMs === undefined
      ? ''
      : `A/V offset: sound arrives ${Math.abs(audioDelayMs)} ms ${audioDelayMs < 0 ? 'before' : 'after'} the picture\n`
  return `${rows.join('\n')}\n${delay}`
}

function formatTrack(track: TrackReport): string {
  const { kind, codec, codecString, frames, bitrate, frameRate, gop, jitterMs } = track
  const facts: readonly (readonly [string, string | undefined])[] = [
    [`${kind} ${track.id}`, [codec, codecString && `(${codecString})`, sizeOf(track)].filter(Boolean).join(' ')],
    ['frames', String(frames)],
    ['bitrate', bitrate === undefined ? undefined : `${Math.round(bitrate / 1000)} kbit/s`],
    ['frame rate', frameRate === undefined ? undefined : `${frameRate} per second`],
    ['GOP', gop && `${gop.averageMs / 1000} s, ${gop.averageFrames} frames; longest ${gop.longestMs / 1000} s`],
    ['jitter', jitterMs === undefined ? undefined : `${jitterMs} ms`],
  ]
  const lines = facts.flatMap(([name, value], i) => (value === undefined ? [] : [line(name, value, i === 0)]))
  return lines.join('')
}

function sizeOf({ width, height, sampleRate, channels }: TrackReport): string {
  if (width !== undefined && height !== undefined) return `${width}x${height}`
  return sampleRate === undefined || channels === undefined ? '' : `${sampleRate} Hz, ${channels} channels`
}

function line(name: string, value: string, isTitle: boolean): string {
  return isTitle ? `${name}: ${value}\n` : `  ${`${name}:`.padEnd(12)}${value}\n`
}

import type { ReactNode } from 'react'
import type { Track } from '../api/sluice-api.ts'
import { formatDelay, formatDuration } from '../format/duration.ts'
import { formatBitrate, formatCount } from '../format/quantity.ts'
import { codecName, firstTrack } from '../format/track-facts.ts'
import { Fact } from '../shell/fact.tsx'
import { FactGrid, Panel } from './panel.tsx'
import type { PlaybackSample } from './playback-sample.ts'
import { Sparkline } from './sparkline.tsx'

/** How many of the newest rates make the number: about two seconds, because one report covers only a few packets. */
const smoothing = 4

type PlaybackPanelProps = {
  readonly sample: PlaybackSample
  /** What the player knows of it; undefined leaves it to the sample. */
  readonly latency: number | undefined
  readonly tracks: readonly Track[]
  readonly rates: readonly number[]
  readonly watching: boolean
  readonly children: ReactNode
}

/** How well this page plays the stream. */
export function PlaybackPanel({
  sample,
  latency = sample.latency,
  tracks,
  rates,
  watching,
  children,
}: PlaybackPanelProps) {
  const { width, height, decodedFrames, droppedFrames, buffered } = sample
  return (
    <Panel title="This player">
      <FactGrid>
        <Fact name="Behind live" testId="latency">
          {latency === undefined ? undefined : formatLatency(latency)}
        </Fact>
        <Fact name="Buffered" testId="buffered">
          {watching ? formatDelay(buffered) : undefined}
        </Fact>
        <Fact name="Receiving">{watching ? receivedRate(rates) : undefined}</Fact>
        <Fact name="Picture">{width === 0 ? undefined : `${width}\u202f×\u202f${height}`}</Fact>
        <Fact name="Codecs" testId="codecs">
          {codecNames(tracks)}
        </Fact>
        <Fact name="Decoded · dropped" testId="frames">
          {watching ? `${formatCount(decodedFrames)} · ${formatCount(droppedFrames)}` : undefined}
        </Fact>
      </FactGrid>
      <Sparkline values={rates} />
      {children}
    </Panel>
  )
}

/** Of what is live, hundredths of a second count. */
function formatLatency(seconds: number): string {
  return seconds < 60 ? formatDelay(seconds) : formatDuration(seconds)
}

/** Of what is seen and what is heard. */
function codecNames(tracks: readonly Track[]): string | undefined {
  const played = [firstTrack(tracks, 'video'), firstTrack(tracks, 'audio')].filter(track => track !== undefined)
  return played.length === 0 ? undefined : played.map(({ codec }) => codecName(codec)).join(' · ')
}

/** A player that tells none has none. */
function receivedRate(rates: readonly number[]): string | undefined {
  const newest = rates.slice(-smoothing)
  if (newest.length === 0) return undefined
  return formatBitrate(newest.reduce((sum, rate) => sum + rate, 0) / newest.length)
}

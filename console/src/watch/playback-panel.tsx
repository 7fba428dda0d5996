import type { ReactNode } from 'react'
import { formatDelay } from '../format/duration.ts'
import { formatBitrate, formatCount } from '../format/quantity.ts'
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
  readonly rates: readonly number[]
  readonly watching: boolean
  readonly children: ReactNode
}

/** How well this page plays the stream. */
export function PlaybackPanel({ sample, latency = sample.latency, rates, watching, children }: PlaybackPanelProps) {
  const { width, height, decodedFrames, droppedFrames } = sample
  return (
    <Panel title="This player">
      <FactGrid>
        <Fact name="Behind live" testId="latency">
          {latency === undefined ? undefined : formatDelay(latency)}
        </Fact>
        <Fact name="Receiving">{watching ? formatBitrate(mean(rates.slice(-smoothing))) : undefined}</Fact>
        <Fact name="Picture">{width === 0 ? undefined : `${width}\u202f×\u202f${height}`}</Fact>
        <Fact name="Decoded · dropped" testId="frames">
          {watching ? `${formatCount(decodedFrames)} · ${formatCount(droppedFrames)}` : undefined}
        </Fact>
      </FactGrid>
      <Sparkline values={rates} />
      {children}
    </Panel>
  )
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

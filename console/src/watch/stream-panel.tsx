import type { StreamDetail } from '../api/sluice-api.ts'
import { formatDuration } from '../format/duration.ts'
import { formatBitrate, formatBytes, formatCount } from '../format/quantity.ts'
import { Fact } from '../shell/fact.tsx'
import { FactGrid, Panel } from './panel.tsx'

/** The stream as the server sees it. */
export function StreamPanel({ stream }: { stream: StreamDetail }) {
  const live = stream.state === 'live'
  const faults = stream.publisher?.faults
  return (
    <Panel title="Stream">
      <FactGrid>
        <Fact name="Viewers">{formatCount(stream.viewerCount)}</Fact>
        <Fact name="Uptime">{live ? formatDuration(stream.uptimeSeconds) : undefined}</Fact>
        <Fact name="Bitrate in">{live ? formatBitrate(stream.bitrate) : undefined}</Fact>
        <Fact name="Received">{formatBytes(stream.bytesIn)}</Fact>
        <Fact name="Frames in">{formatCount(stream.framesIn)}</Fact>
        <Fact name="Recording">{stream.recording ? 'On' : 'Off'}</Fact>
        {faults && (
          <Fact name="Gaps · damaged" testId="faults">
            {`${formatCount(faults.continuityErrors)} · ${formatCount(faults.damagedUnits)}`}
          </Fact>
        )}
      </FactGrid>
    </Panel>
  )
}

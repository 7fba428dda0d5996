import { Link } from 'wouter'
import type { StreamStatus } from '../api/sluice-api.ts'
import { formatDuration } from '../format/duration.ts'
import { formatBitrate, formatCount } from '../format/quantity.ts'
import { codecName, firstTrack, frameRate, pictureSize, soundFormat } from '../format/track-facts.ts'
import { Fact } from '../shell/fact.tsx'
import { Icon } from '../shell/icon.tsx'
import { RecordingBadge, StateBadge } from '../shell/state-badge.tsx'
import { PublisherLine } from './publisher-line.tsx'
import css from './stream-row.module.css'
import { watchPath } from './stream-urls.ts'

/** One stream of the list. The link of the name covers the whole row. */
export function StreamRow({ stream }: { stream: StreamStatus }) {
  const live = stream.state === 'live'
  return (
    <li className={css.row} data-testid="stream-row" data-stream={stream.name} data-state={stream.state}>
      <div className={css.identity}>
        <div className={css.title}>
          <Link className={css.name} href={watchPath(stream.name)}>
            {stream.name}
          </Link>
          {stream.title !== null && <span className={css.words}>{stream.title}</span>}
          <StateBadge state={stream.state} />
          {stream.recording && <RecordingBadge />}
        </div>
        <PublisherLine publisher={stream.publisher} />
      </div>
      <dl className={css.facts}>
        <Fact name="Video">{live ? videoFacts(stream) : undefined}</Fact>
        <Fact name="Audio">{live ? audioFacts(stream) : undefined}</Fact>
        <Fact name="Bitrate">{live ? formatBitrate(stream.bitrate) : undefined}</Fact>
        <Fact name="Viewers">{formatCount(stream.viewerCount)}</Fact>
        <Fact name="Uptime">{live ? formatDuration(stream.uptimeSeconds) : undefined}</Fact>
      </dl>
      <span className={css.go}>
        <Icon name="forward" />
      </span>
    </li>
  )
}

function videoFacts({ tracks }: StreamStatus) {
  const track = firstTrack(tracks, 'video')
  if (track === undefined) return 'No video'
  return <Lines of={[codecName(track.codec), [pictureSize(track), frameRate(track)]]} />
}

function audioFacts({ tracks }: StreamStatus) {
  const track = firstTrack(tracks, 'audio')
  if (track === undefined) return 'No audio'
  return <Lines of={[codecName(track.codec), [soundFormat(track)]]} />
}

function Lines({ of: [first, rest] }: { of: readonly [string, readonly (string | undefined)[]] }) {
  const known = rest.filter(fact => fact !== undefined)
  return (
    <>
      {first}
      {known.length > 0 && <span className={css.detail}>{known.join(' · ')}</span>}
    </>
  )
}

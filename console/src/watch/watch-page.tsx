import { useRef, useState } from 'react'
import { Link } from 'wouter'
import { useServer, useStream } from '../api/queries.ts'
import type { StreamDetail, Track } from '../api/sluice-api.ts'
import { firstTrack } from '../format/track-facts.ts'
import { Icon } from '../shell/icon.tsx'
import { ServerBanner } from '../shell/server-banner.tsx'
import { RecordingBadge, StateBadge } from '../shell/state-badge.tsx'
import { PublisherLine } from '../streams/publisher-line.tsx'
import { streamUrls } from '../streams/stream-urls.ts'
import { Timeline } from '../timeline/timeline.tsx'
import { DestinationList } from './destination-list.tsx'
import { InputList } from './input-list.tsx'
import { PlaybackPanel } from './playback-panel.tsx'
import { Player } from './player.tsx'
import type { PlayerKind } from './player-choice.ts'
import { PlayerMenu } from './player-menu.tsx'
import { RecordButton } from './record-button.tsx'
import { SrtList } from './srt-list.tsx'
import { StreamLinks } from './stream-links.tsx'
import { StreamPanel } from './stream-panel.tsx'
import { TrackList } from './track-list.tsx'
import { usePlaybackSamples } from './use-playback-samples.ts'
import { useViewing } from './use-viewing.ts'
import { ViewerList } from './viewer-list.tsx'
import css from './watch-page.module.css'

export function WatchPage({ name }: { name: string }) {
  const video = useRef<HTMLVideoElement>(null)
  const [wanted, setWanted] = useState<PlayerKind>()
  const { data: stream, error, isPending, dataUpdatedAt } = useStream(name)
  const { data: server } = useServer()
  const urls = streamUrls(location, server?.ports, name)
  const { player, kept, behind, move } = useViewing(video, { name, urls, stream, isLoading: isPending, wanted })
  const watching = player.state.phase === 'playing' || player.state.phase === 'buffering'
  const sample = usePlaybackSamples(video, watching)
  return (
    <>
      <title>{`${name} · Sluice`}</title>
      {error && <ServerBanner error={error} answeredAt={dataUpdatedAt} />}
      <div className={css.page}>
        <div className={css.stage}>
          <Heading name={name} stream={stream} />
          <Player
            video={video}
            name={name}
            player={player}
            latency={behind ?? sample.latency}
            hasAudio={expects(stream, 'audio')}
            hasVideo={expects(stream, 'video')}
            publisherAway={stream?.state === 'waiting' && player.clock === undefined}
          >
            {kept && <Timeline kept={kept} playhead={player.clock} onMove={move} urls={urls} />}
          </Player>
        </div>
        <aside className={css.side} aria-label="About this stream">
          <PlaybackPanel
            sample={sample}
            latency={behind}
            tracks={stream?.tracks ?? []}
            rates={player.kind === 'native-hls' ? [] : player.rates}
            watching={watching}
          >
            <PlayerMenu {...player} chosen={player.kind} wanted={wanted} onChange={setWanted} />
          </PlaybackPanel>
          {stream && <StreamPanel stream={stream} />}
          <StreamLinks urls={urls} hasDvr={kept !== undefined} />
        </aside>
        {stream && (
          <div className={css.tables}>
            {stream.inputs && <InputList stream={name} inputs={stream.inputs} />}
            <DestinationList relays={stream.relays} />
            <TrackList tracks={stream.tracks} />
            <SrtList stream={stream} />
            <ViewerList stream={stream.name} subscribers={stream.subscribers} />
          </div>
        )}
      </div>
    </>
  )
}

function Heading({ name, stream }: { name: string; stream: StreamDetail | null | undefined }) {
  return (
    <div className={css.heading}>
      <Link className={css.back} href="/" aria-label="All streams">
        <Icon name="back" size={20} />
      </Link>
      <h1>{name}</h1>
      {stream?.title && <span className={css.title}>{stream.title}</span>}
      {stream !== undefined && <StateBadge state={stream?.state ?? 'waiting'} />}
      {stream?.recording && <RecordingBadge />}
      {stream?.state === 'live' && <RecordButton stream={stream} />}
      {stream !== undefined && <PublisherLine publisher={stream?.publisher ?? null} />}
    </div>
  )
}

/** Until the tracks are known, a stream is expected to have both sound and picture. */
function expects(stream: StreamDetail | null | undefined, kind: Track['kind']): boolean {
  return !stream || stream.tracks.length === 0 || firstTrack(stream.tracks, kind) !== undefined
}

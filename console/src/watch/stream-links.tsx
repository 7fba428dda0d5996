import { CopyLine } from '../shell/copy-line.tsx'
import type { StreamUrls } from '../streams/stream-urls.ts'
import { Panel } from './panel.tsx'

/** The addresses of the stream for other players. */
export function StreamLinks({ urls, hasDvr }: { urls: StreamUrls; hasDvr: boolean }) {
  return (
    <Panel title="Play elsewhere">
      {urls.rtmp !== undefined && <CopyLine label="RTMP" text={urls.rtmp} />}
      {urls.srt !== undefined && <CopyLine label="SRT" text={urls.srt} />}
      <CopyLine label="HTTP-FLV" text={urls.httpFlv} />
      <CopyLine label="WebSocket-FLV" text={urls.webSocketFlv} />
      <CopyLine label="HLS" text={urls.hls} />
      {hasDvr && <CopyLine label="HLS, from the past on" text={urls.dvr} />}
      <CopyLine label="DASH" text={urls.dash} />
      <CopyLine label="HTTP-TS" text={urls.httpTs} />
      <CopyLine label="HTTP-MP4" text={urls.httpMp4} />
    </Panel>
  )
}

import { type CSSProperties, type KeyboardEvent, type ReactNode, type RefObject, useRef } from 'react'
import css from './player.module.css'
import { toggleMuted, togglePlaying } from './player-actions.ts'
import { PlayerControls } from './player-controls.tsx'
import { PlayerOverlay } from './player-overlay.tsx'
import { useFullscreen } from './use-fullscreen.ts'
import type { LivePlayer } from './use-live-player.ts'
import { useMediaState } from './use-media-state.ts'

type PlayerProps = {
  readonly video: RefObject<HTMLVideoElement | null>
  readonly name: string
  readonly player: LivePlayer
  readonly latency: number | undefined
  readonly hasAudio: boolean
  readonly hasVideo: boolean
  readonly publisherAway: boolean
  /** What stands between the picture and the controls. */
  readonly children: ReactNode
}

/** The picture, what lies over it, and its controls. Keys work while the focus is inside: k or space, m, f. */
export function Player({ video, name, player, latency, hasAudio, hasVideo, publisherAway, children }: PlayerProps) {
  const frame = useRef<HTMLDivElement>(null)
  const media = useMediaState(video)
  const fullscreen = useFullscreen(frame)
  const shape: CSSProperties = media.width > 0 ? { aspectRatio: `${media.width} / ${media.height}` } : {}

  const actOnKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'm') toggleMuted(video.current)
    else if (event.key === 'f') fullscreen.toggle()
    else if (event.key === 'k' || (event.key === ' ' && event.target === frame.current)) {
      event.preventDefault()
      togglePlaying(video.current, player)
    }
  }

  return (
    <div
      ref={frame}
      className={css.player}
      role="group"
      aria-label="Player"
      tabIndex={0}
      onKeyDown={actOnKey}
      data-testid="watch-state"
      data-phase={player.state.phase}
    >
      <div className={css.picture} style={shape}>
        <video ref={video} className={css.video} muted playsInline data-testid="watch-video" aria-label={name} />
        <PlayerOverlay
          video={video}
          player={player}
          offerSound={hasAudio && media.muted}
          soundOnly={!hasVideo}
          publisherAway={publisherAway}
        />
      </div>
      {children}
      <PlayerControls
        video={video}
        player={player}
        media={media}
        fullscreen={fullscreen}
        latency={latency}
        hasAudio={hasAudio}
      />
    </div>
  )
}

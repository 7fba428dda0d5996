import { Slider } from '@mantine/core'
import type { RefObject } from 'react'
import { formatDelay, formatDuration } from '../format/duration.ts'
import { IconButton } from '../shell/icon-button.tsx'
import { setVolume, toggleMuted, togglePlaying } from './player-actions.ts'
import css from './player-controls.module.css'
import type { Fullscreen } from './use-fullscreen.ts'
import type { LivePlayer } from './use-live-player.ts'
import type { MediaState } from './use-media-state.ts'

type PlayerControlsProps = {
  readonly video: RefObject<HTMLVideoElement | null>
  readonly player: LivePlayer
  readonly media: MediaState
  readonly fullscreen: Fullscreen
  readonly latency: number | undefined
  readonly hasAudio: boolean
}

export function PlayerControls({ video, player, media, fullscreen, latency, hasAudio }: PlayerControlsProps) {
  const { phase } = player.state
  const playing = phase === 'playing'
  const live = playing && player.clock === undefined
  const watching = playing || phase === 'buffering'
  return (
    <div className={css.bar}>
      <IconButton
        icon={watching ? 'pause' : 'play'}
        name={watching ? 'Pause (k)' : 'Play (k)'}
        disabled={phase === 'connecting' || phase === 'unsupported'}
        onClick={() => togglePlaying(video.current, player)}
      />
      <IconButton
        icon={media.muted ? 'muted' : 'sound'}
        name={media.muted ? 'Unmute (m)' : 'Mute (m)'}
        disabled={!hasAudio}
        onClick={() => toggleMuted(video.current)}
      />
      <Slider
        className={css.volume}
        thumbLabel="Volume"
        label={null}
        size={4}
        color="gray.4"
        disabled={!hasAudio}
        min={0}
        max={1}
        step={0.05}
        value={media.muted ? 0 : media.volume}
        onChange={volume => setVolume(video.current, volume)}
      />
      <span className={css.live} data-live={live}>
        {live && 'Live'}
        {playing && latency !== undefined && (
          <span className={css.delay}>{live ? formatDelay(latency) : formatDuration(latency)} behind</span>
        )}
      </span>
      {document.pictureInPictureEnabled && (
        <IconButton
          icon="pip"
          name="Picture in picture"
          disabled={!watching}
          onClick={() => togglePictureInPicture(video.current)}
        />
      )}
      {fullscreen.possible && (
        <IconButton
          icon={fullscreen.active ? 'shrink' : 'expand'}
          name={fullscreen.active ? 'Leave full screen (f)' : 'Full screen (f)'}
          onClick={fullscreen.toggle}
        />
      )}
    </div>
  )
}

/** The browser refuses while there is no picture; then nothing changes, which the viewer sees. */
function togglePictureInPicture(video: HTMLVideoElement | null): void {
  const change =
    document.pictureInPictureElement === null ? video?.requestPictureInPicture() : document.exitPictureInPicture()
  change?.catch(() => {})
}

import { Loader } from '@mantine/core'
import type { ReactNode, RefObject } from 'react'
import { Icon } from '../shell/icon.tsx'
import { toggleMuted, togglePlaying } from './player-actions.ts'
import css from './player-overlay.module.css'
import type { PlayerState, WaitCause } from './player-state.ts'
import type { LivePlayer } from './use-live-player.ts'

type PlayerOverlayProps = {
  readonly video: RefObject<HTMLVideoElement | null>
  readonly player: LivePlayer
  /** True if there is sound that the viewer does not hear. */
  readonly offerSound: boolean
  readonly soundOnly: boolean
}

/** Says over the picture why there is none, or what the viewer can do about it. */
export function PlayerOverlay({ video, player, offerSound, soundOnly }: PlayerOverlayProps) {
  const { phase } = player.state
  if (phase === 'playing') {
    return (
      <>
        {soundOnly && <p className={css.soundOnly}>Sound only</p>}
        {offerSound && <UnmuteButton onClick={() => toggleMuted(video.current)} />}
      </>
    )
  }
  if (phase === 'blocked' || phase === 'paused') {
    return (
      <Veil>
        <button type="button" className={css.play} onClick={() => togglePlaying(video.current, player)}>
          <Icon name="play" size={34} />
          <span>{phase === 'paused' ? 'Paused. Play from live' : 'Play'}</span>
        </button>
      </Veil>
    )
  }
  return <Message state={player.state} />
}

function UnmuteButton({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" className={css.unmute} onClick={onClick}>
      <Icon name="muted" />
      Unmute
    </button>
  )
}

function Message({ state }: { state: PlayerState }) {
  if (state.phase === 'buffering')
    return (
      <Veil>
        <Loader color="gray.4" aria-label="Waiting for media" />
      </Veil>
    )
  if (state.phase === 'waiting') {
    const { title, detail } = waits[state.cause]
    return (
      <Veil>
        <Loader color="gray.4" size="sm" type="dots" />
        <p className={css.title}>{title}</p>
        <p>{detail}</p>
      </Veil>
    )
  }
  if (state.phase === 'unsupported') {
    return (
      <Veil>
        <Icon name="alert" size={32} />
        <p className={css.title}>{state.reason}</p>
        <p>Open one of the addresses of “Play elsewhere” in VLC or ffplay: they play what browsers do not.</p>
      </Veil>
    )
  }
  return (
    <Veil>
      <Loader color="gray.4" />
      <p>Connecting…</p>
    </Veil>
  )
}

const waits: Readonly<Record<WaitCause, { readonly title: string; readonly detail: string }>> = {
  'not-live': { title: 'This stream is not live yet', detail: 'It starts here by itself when somebody publishes it.' },
  ended: { title: 'The stream has ended', detail: 'It goes on here by itself when the publisher comes back.' },
  unreachable: { title: 'The server does not answer', detail: 'Trying again.' },
  silent: { title: 'No media comes any more', detail: 'Connecting again.' },
  broken: { title: 'The picture broke', detail: 'The browser could not go on with this media. Starting again.' },
}

function Veil({ children }: { children: ReactNode }) {
  return (
    <div className={css.veil} role="status">
      {children}
    </div>
  )
}

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
  /** True if the stream has no publisher now, and the server keeps it open for one that comes back. */
  readonly publisherAway: boolean
}

/** Says over the picture why there is none, or what the viewer can do about it. */
export function PlayerOverlay({ video, player, offerSound, soundOnly, publisherAway }: PlayerOverlayProps) {
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
          <span>{phase === 'paused' ? pausedText(player) : 'Play'}</span>
        </button>
      </Veil>
    )
  }
  if (phase === 'buffering' && publisherAway) return <Wait {...away} />
  return <Message state={player.state} />
}

/** Live does not wait; the past does. */
function pausedText({ clock }: LivePlayer): string {
  return clock === undefined ? 'Paused. Play from live' : 'Paused. Play on'
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
  if (state.phase === 'waiting') return <Wait {...waits[state.cause]} />
  // The words stay while it is tried again, so that they do not flicker.
  if (state.phase === 'connecting' && state.after !== undefined) return <Wait {...waits[state.after]} />
  if (state.phase === 'unsupported') {
    return (
      <Veil>
        <Icon name="alert" size={32} />
        <p className={css.title}>{state.reason}</p>
        <p>Open one of the addresses of “Play elsewhere” in VLC or ffplay: they play what browsers do not.</p>
      </Veil>
    )
  }
  if (state.phase === 'denied') {
    return (
      <Veil>
        <Icon name="alert" size={32} />
        <p className={css.title}>You may not watch this stream</p>
        <p>Reload the page to sign in with a user and a password that may.</p>
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

type WaitText = { readonly title: string; readonly detail: string }

const comesBack = 'It goes on here by itself when the publisher comes back.'
const away: WaitText = { title: 'Waiting for the publisher', detail: comesBack }
const waits: Readonly<Record<WaitCause, WaitText>> = {
  'not-live': { title: 'This stream is not live yet', detail: 'It starts here by itself when somebody publishes it.' },
  ended: { title: 'The stream has ended', detail: comesBack },
  unreachable: { title: 'The server does not answer', detail: 'Reconnecting.' },
  silent: { title: 'No media comes any more', detail: 'Reconnecting.' },
  broken: { title: 'The picture broke', detail: 'The browser could not go on with this media. Starting again.' },
}

function Wait({ title, detail }: WaitText) {
  return (
    <Veil>
      <Loader color="gray.4" size="sm" type="dots" />
      <p className={css.title}>{title}</p>
      <p>{detail}</p>
    </Veil>
  )
}

function Veil({ children }: { children: ReactNode }) {
  return (
    <div className={css.veil} role="status">
      {children}
    </div>
  )
}

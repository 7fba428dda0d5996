/** Why there is no picture although the viewer wants one. */
export type WaitCause =
  /** Nobody publishes the stream yet. */
  | 'not-live'
  /** The publisher left. */
  | 'ended'
  /** The server does not answer, or the connection broke. */
  | 'unreachable'
  /** Connected, but no media came for too long. */
  | 'silent'
  /** The browser gave up on the media. */
  | 'broken'

/** The life of one viewing. A connection to the server exists in the phases that `isConnected` names, and only there. */
export type PlayerState =
  /** `after` says what the attempt follows; the first one follows nothing. */
  | { readonly phase: 'connecting'; readonly attempt: number; readonly after?: WaitCause }
  | { readonly phase: 'playing' }
  /** The picture stands still until more media comes. */
  | { readonly phase: 'buffering' }
  /** The browser wants a click before it plays. */
  | { readonly phase: 'blocked' }
  | { readonly phase: 'paused' }
  | { readonly phase: 'waiting'; readonly cause: WaitCause; readonly attempt: number }
  /** This browser cannot play the stream; `reason` is a sentence for the viewer. */
  | { readonly phase: 'unsupported'; readonly reason: string }
  /** The viewer may not watch the stream. */
  | { readonly phase: 'denied' }

export type PlayerEvent =
  | { readonly type: 'picture' }
  | { readonly type: 'starved' }
  | { readonly type: 'refused' }
  | { readonly type: 'pause' }
  | { readonly type: 'play' }
  | { readonly type: 'interrupted'; readonly cause: WaitCause }
  | { readonly type: 'unsupported'; readonly reason: string }
  | { readonly type: 'denied' }
  /** The time that `retryDelay` asks for is over. */
  | { readonly type: 'retry' }
  /** The server says that the stream is live with another publisher than before. */
  | { readonly type: 'published' }

export const initialPlayerState: PlayerState = { phase: 'connecting', attempt: 0 }

const firstRetryMs = 1000
const longestRetryMs = 10_000

/**
 * Pure: no element, no timer. Media elements report late and out of order, so an event that does not fit the phase
 * is no error; it changes nothing.
 */
export function step(state: PlayerState, event: PlayerEvent): PlayerState {
  switch (event.type) {
    case 'picture':
      return isConnected(state) ? { phase: 'playing' } : state
    case 'starved':
      return state.phase === 'playing' ? { phase: 'buffering' } : state
    case 'refused':
      return isConnected(state) ? { phase: 'blocked' } : state
    case 'pause':
      return state.phase === 'playing' || state.phase === 'buffering' ? { phase: 'paused' } : state
    case 'play':
      return isConnected(state) ? state : initialPlayerState
    case 'interrupted':
      return isConnected(state) ? waitAfter(state, event.cause) : state
    case 'unsupported':
      return isConnected(state) ? { phase: 'unsupported', reason: event.reason } : state
    case 'denied':
      return isConnected(state) ? { phase: 'denied' } : state
    case 'retry':
      return state.phase === 'waiting' ? { phase: 'connecting', attempt: state.attempt, after: state.cause } : state
    case 'published':
      return state.phase === 'waiting' || state.phase === 'unsupported' ? initialPlayerState : state
  }
}

/** True while the player holds a connection to the server. */
export function isConnected(state: PlayerState): boolean {
  return (
    state.phase === 'connecting' ||
    state.phase === 'playing' ||
    state.phase === 'buffering' ||
    state.phase === 'blocked'
  )
}

/** How long to wait before attempt number `attempt`: twice as long each time, up to ten seconds. */
export function retryDelay(attempt: number): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.max(0, attempt - 1))
}

/**
 * A connection that showed a picture was a good one: the count of attempts starts again after it. A stream that has
 * ended stays one that has ended, not one that never began.
 */
function waitAfter(state: PlayerState, cause: WaitCause): PlayerState {
  if (state.phase !== 'connecting') return { phase: 'waiting', cause, attempt: 1 }
  const hasEnded = state.after === 'ended' && cause === 'not-live'
  return { phase: 'waiting', cause: hasEnded ? 'ended' : cause, attempt: state.attempt + 1 }
}

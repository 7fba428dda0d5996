import { type RefObject, useEffect, useEffectEvent, useReducer, useState } from 'react'
import type { StreamDetail } from '../api/sluice-api.ts'
import type { StreamUrls } from '../streams/stream-urls.ts'
import type { WallTime } from '../timeline/wall-time.ts'
import { openLivePlayer } from './live-player.ts'
import type { PlayerKind } from './player-choice.ts'
import {
  initialPlayerState,
  isConnected,
  type PlayerEvent,
  type PlayerState,
  retryDelay,
  step,
} from './player-state.ts'
import { type PlayerChoice, usePlayerChoice } from './use-player-choice.ts'

/** How many rates the sparkline remembers: about one minute. */
const rateMemory = 120

export type LivePlayer = Pick<PlayerChoice, 'kind' | 'reason' | 'possible'> & {
  readonly state: PlayerState
  readonly send: (event: PlayerEvent) => void
  /** Incoming bits per second, oldest first. */
  readonly rates: readonly number[]
  /** Seconds behind live, if the player knows it; else the buffer tells. */
  readonly latency: number | undefined
  /** When what is seen was made; undefined for live. */
  readonly clock: WallTime | undefined
}

/** Where the viewer went to in what is kept. Another object each time, even if it is the same time. */
export type PastStart = { readonly from: WallTime }

export type LivePlayerOptions = {
  readonly urls: StreamUrls
  /** undefined while nothing is known of it, null if there is none. */
  readonly stream: StreamDetail | null | undefined
  /** True while it may still become known. */
  readonly isLoading: boolean
  /** The way that the viewer wants. */
  readonly wanted: PlayerKind | undefined
  /** undefined for live. */
  readonly start: PastStart | undefined
  /** What is kept has been played, up to a time; without one there is nothing to be played. */
  readonly onPlayedOut: (until: WallTime | undefined) => void
}

/** What a player that was opened at `start` has told. */
type Sighting = { readonly start: PastStart | undefined; readonly clock: WallTime }

/** Keeps `video` playing the stream as long as the component lives, through all that streams and networks do. */
export function useLivePlayer(
  video: RefObject<HTMLVideoElement | null>,
  { urls, stream, isLoading, wanted, start, onPlayedOut }: LivePlayerOptions,
): LivePlayer {
  const [state, send] = useReducer(step, initialPlayerState)
  const [rates, setRates] = useState<readonly number[]>([])
  const [latency, setLatency] = useState<number>()
  const [seen, setSeen] = useState<Sighting>()
  const tracks = stream?.tracks ?? []
  const outputsOff = stream?.outputsOff ?? []
  const { explain, ...choice } = usePlayerChoice({ tracks, outputsOff, isLoading, wanted, isPast: start !== undefined })
  const { kind } = choice
  const clock = clockOf(start, seen)
  const connected = isConnected(state)

  const onRate = useEffectEvent((rate: number) => setRates(known => [...known, rate].slice(-rateMemory)))
  const onExplain = useEffectEvent(() => explain())
  const onEvent = useEffectEvent((event: PlayerEvent) => {
    const cause = start !== undefined && event.type === 'interrupted' ? event.cause : undefined
    if (cause === 'ended' || cause === 'not-live') onPlayedOut(cause === 'ended' ? clock : undefined)
    else send(event)
  })
  const open = useEffectEvent((element: HTMLVideoElement, how: PlayerKind, at: PastStart | undefined) => {
    const target = { urls, from: clockOf(at, seen) }
    return openLivePlayer(how, element, target, {
      onEvent: event => onEvent(event),
      onRate: rate => onRate(rate),
      onLatency: setLatency,
      onClock: time => setSeen({ start: at, clock: time }),
      explain: () => onExplain(),
    })
  })

  useEffect(() => {
    if (!connected || video.current === null || isLoading) return
    if (kind === undefined) {
      send({ type: 'unsupported', reason: 'This browser plays no live video.' })
      return
    }
    // Of what played before, nothing is seen any more.
    send({ type: 'starved' })
    const close = open(video.current, kind, start)
    return () => {
      close()
      setLatency(undefined)
    }
  }, [connected, kind, isLoading, video, start])

  useEffect(() => {
    if (state.phase !== 'waiting') return
    const timer = setTimeout(() => send({ type: 'retry' }), retryDelay(state.attempt))
    return () => clearTimeout(timer)
  }, [state])

  const publisher = stream?.state === 'live' ? stream.publisher?.id : undefined
  useEffect(() => {
    if (publisher !== undefined) send({ type: 'published' })
  }, [publisher])

  return { ...choice, state, send, rates, latency, clock }
}

/** Where a player that was opened at `start` is, or is to begin. */
function clockOf(start: PastStart | undefined, seen: Sighting | undefined): WallTime | undefined {
  return start !== undefined && seen?.start === start ? seen.clock : start?.from
}

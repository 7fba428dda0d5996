import { type RefObject, useEffect, useEffectEvent, useMemo, useReducer, useState } from 'react'
import type { StreamDetail } from '../api/sluice-api.ts'
import type { StreamUrls } from '../streams/stream-urls.ts'
import type { WallTime } from '../timeline/wall-time.ts'
import { openLivePlayer } from './live-player.ts'
import {
  type BrowserFacts,
  choosePlayer,
  explainChoice,
  type PlayerKind,
  possiblePlayers,
  rewindPlayer,
} from './player-choice.ts'
import {
  initialPlayerState,
  isConnected,
  type PlayerEvent,
  type PlayerState,
  retryDelay,
  step,
} from './player-state.ts'
import { explainUnplayable } from './unplayable.ts'

/** How many rates the sparkline remembers: about one minute. */
const rateMemory = 120

export type LivePlayer = {
  readonly state: PlayerState
  readonly send: (event: PlayerEvent) => void
  /** Incoming bits per second, oldest first. */
  readonly rates: readonly number[]
  /** Seconds behind live, if the player knows it; else the buffer tells. */
  readonly latency: number | undefined
  /** The way in which the stream comes; undefined while that is not decided. */
  readonly kind: PlayerKind | undefined
  /** Why it is that one. */
  readonly reason: string | undefined
  readonly possible: readonly PlayerKind[]
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

/** Keeps `video` playing the stream as long as the component lives, through all that streams and networks do. */
export function useLivePlayer(
  video: RefObject<HTMLVideoElement | null>,
  { urls, stream, isLoading, wanted, start, onPlayedOut }: LivePlayerOptions,
): LivePlayer {
  const [state, send] = useReducer(step, initialPlayerState)
  const [rates, setRates] = useState<readonly number[]>([])
  const [latency, setLatency] = useState<number>()
  const [seen, setSeen] = useState<{ readonly start: PastStart | undefined; readonly clock: WallTime }>()
  const browser = useMemo(() => browserFacts(), [])
  const tracks = stream?.tracks ?? []
  const liveKind = isLoading ? undefined : choosePlayer(tracks, browser, wanted)
  const kind = start === undefined ? liveKind : rewindPlayer(browser)
  const clock = start === undefined ? undefined : seen?.start === start ? seen.clock : start.from
  const connected = isConnected(state)

  const onRate = useEffectEvent((rate: number) => setRates(known => [...known, rate].slice(-rateMemory)))
  const explain = useEffectEvent(() =>
    kind === undefined ? undefined : explainUnplayable(tracks, kind, browser.isTypeSupported),
  )
  const onEvent = useEffectEvent((event: PlayerEvent) => {
    const cause = event.type === 'interrupted' ? event.cause : undefined
    if (start !== undefined && cause === 'ended') onPlayedOut(clock)
    else if (start !== undefined && cause === 'not-live') onPlayedOut(undefined)
    else send(event)
  })
  const onClock = useEffectEvent((time: WallTime) => setSeen({ start, clock: time }))
  const open = useEffectEvent((element: HTMLVideoElement, how: PlayerKind) =>
    openLivePlayer(
      how,
      element,
      { urls, from: clock },
      {
        onEvent: event => onEvent(event),
        onRate: rate => onRate(rate),
        onLatency: setLatency,
        onClock: time => onClock(time),
        explain: () => explain(),
      },
    ),
  )

  useEffect(() => {
    if (!connected || video.current === null || isLoading) return
    if (kind === undefined) {
      send({ type: 'unsupported', reason: 'This browser plays no live video.' })
      return
    }
    // Of what played before, nothing is seen any more.
    send({ type: 'starved' })
    const close = open(video.current, kind)
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

  const reason = kind && explainChoice(kind, tracks, browser, { wanted, isPast: start !== undefined })
  return { state, send, rates, latency, kind, reason, possible: possiblePlayers(browser), clock }
}

/** Newer iPhones have a MediaSource of another name, which hls.js knows and mpegts.js does not. */
function browserFacts(): BrowserFacts {
  const hasMediaSource = 'MediaSource' in globalThis
  const hasNativeHls = document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== ''
  const isTypeSupported = (type: string) => (hasMediaSource ? MediaSource.isTypeSupported(type) : true)
  return { hasMediaSource, hasNativeHls, isTypeSupported }
}

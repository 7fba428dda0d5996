import { type RefObject, useEffect, useEffectEvent, useMemo, useReducer, useState } from 'react'
import type { StreamDetail } from '../api/sluice-api.ts'
import type { StreamUrls } from '../streams/stream-urls.ts'
import { openLivePlayer } from './live-player.ts'
import { type BrowserFacts, choosePlayer, type PlayerKind, possiblePlayers } from './player-choice.ts'
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
  readonly possible: readonly PlayerKind[]
}

export type LivePlayerOptions = {
  readonly urls: StreamUrls
  /** undefined while nothing is known of it, null if there is none. */
  readonly stream: StreamDetail | null | undefined
  /** True while it may still become known. */
  readonly isLoading: boolean
  /** The way that the viewer wants. */
  readonly wanted: PlayerKind | undefined
}

/** Keeps `video` playing the stream as long as the component lives, through all that streams and networks do. */
export function useLivePlayer(
  video: RefObject<HTMLVideoElement | null>,
  { urls, stream, isLoading, wanted }: LivePlayerOptions,
): LivePlayer {
  const [state, send] = useReducer(step, initialPlayerState)
  const [rates, setRates] = useState<readonly number[]>([])
  const [latency, setLatency] = useState<number>()
  const browser = useMemo(() => browserFacts(), [])
  const kind = isLoading ? undefined : choosePlayer(stream?.tracks ?? [], browser, wanted)
  const connected = isConnected(state)

  const onRate = useEffectEvent((rate: number) => setRates(known => [...known, rate].slice(-rateMemory)))
  const explain = useEffectEvent(() =>
    kind === undefined ? undefined : explainUnplayable(stream?.tracks ?? [], kind, browser.isTypeSupported),
  )
  const open = useEffectEvent((element: HTMLVideoElement, how: PlayerKind) =>
    openLivePlayer(how, element, urls, {
      onEvent: send,
      onRate: rate => onRate(rate),
      onLatency: setLatency,
      explain: () => explain(),
    }),
  )

  useEffect(() => {
    if (!connected || video.current === null || isLoading) return
    if (kind === undefined) {
      send({ type: 'unsupported', reason: 'This browser plays no live video.' })
      return
    }
    const close = open(video.current, kind)
    return () => {
      close()
      setLatency(undefined)
    }
  }, [connected, kind, isLoading, video])

  useEffect(() => {
    if (state.phase !== 'waiting') return
    const timer = setTimeout(() => send({ type: 'retry' }), retryDelay(state.attempt))
    return () => clearTimeout(timer)
  }, [state])

  const publisher = stream?.state === 'live' ? stream.publisher?.id : undefined
  useEffect(() => {
    if (publisher !== undefined) send({ type: 'published' })
  }, [publisher])

  return { state, send, rates, latency, kind, possible: possiblePlayers(browser) }
}

/** Newer iPhones have a MediaSource of another name, which hls.js knows and mpegts.js does not. */
function browserFacts(): BrowserFacts {
  const hasMediaSource = 'MediaSource' in globalThis
  const hasNativeHls = document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== ''
  const isTypeSupported = (type: string) => (hasMediaSource ? MediaSource.isTypeSupported(type) : true)
  return { hasMediaSource, hasNativeHls, isTypeSupported }
}

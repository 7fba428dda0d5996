import { type RefObject, useEffect, useEffectEvent, useReducer, useState } from 'react'
import type { StreamDetail } from '../api/sluice-api.ts'
import { openLivePlayer } from './live-player.ts'
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
}

/** Keeps `video` playing `url` as long as the component lives, through all that streams and networks do. */
export function useLivePlayer(
  video: RefObject<HTMLVideoElement | null>,
  url: string,
  stream: StreamDetail | null | undefined,
): LivePlayer {
  const [state, send] = useReducer(step, initialPlayerState)
  const [rates, setRates] = useState<readonly number[]>([])
  const connected = isConnected(state)

  const onRate = useEffectEvent((rate: number) => setRates(known => [...known, rate].slice(-rateMemory)))
  const explain = useEffectEvent(() => explainUnplayable(stream?.tracks ?? [], isTypeSupported))

  useEffect(() => {
    if (!connected || video.current === null) return
    return openLivePlayer(video.current, url, {
      onEvent: send,
      onRate: rate => onRate(rate),
      explain: () => explain(),
    })
  }, [connected, url, video])

  useEffect(() => {
    if (state.phase !== 'waiting') return
    const timer = setTimeout(() => send({ type: 'retry' }), retryDelay(state.attempt))
    return () => clearTimeout(timer)
  }, [state])

  const publisher = stream?.state === 'live' ? stream.publisher?.id : undefined
  useEffect(() => {
    if (publisher !== undefined) send({ type: 'published' })
  }, [publisher])

  return { state, send, rates }
}

function isTypeSupported(type: string): boolean {
  return 'MediaSource' in globalThis && MediaSource.isTypeSupported(type)
}

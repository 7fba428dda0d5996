import { useMemo } from 'react'
import type { Track } from '../api/sluice-api.ts'
import {
  type BrowserFacts,
  choosePlayer,
  explainChoice,
  type PlayerKind,
  possiblePlayers,
  rewindPlayer,
} from './player-choice.ts'
import { explainUnplayable } from './unplayable.ts'

export type PlayerChoice = {
  /** The way in which the stream comes; undefined while that is not decided, or if there is none. */
  readonly kind: PlayerKind | undefined
  /** Why it is that one. */
  readonly reason: string | undefined
  readonly possible: readonly PlayerKind[]
  /** The viewer's sentence about tracks that cannot play in that way. */
  readonly explain: () => string | undefined
}

type ChoiceFacts = {
  readonly outputsOff: readonly string[]
  readonly tracks: readonly Track[]
  /** True while it may still become known which tracks there are. */
  readonly isLoading: boolean
  readonly wanted: PlayerKind | undefined
  readonly isPast: boolean
}

/** How this browser plays the stream. */
export function usePlayerChoice({ tracks, outputsOff, isLoading, wanted, isPast }: ChoiceFacts): PlayerChoice {
  const abilities = useMemo(() => browserAbilities(), [])
  const browser = { ...abilities, outputsOff }
  const live = isLoading ? undefined : choosePlayer(tracks, browser, wanted)
  const kind = isPast ? rewindPlayer(browser) : live
  return {
    kind,
    reason: kind && explainChoice(kind, tracks, browser, { wanted, isPast }),
    possible: possiblePlayers(browser),
    explain: () => kind && explainUnplayable(tracks, kind, browser.isTypeSupported),
  }
}

/** Newer iPhones have a MediaSource of another name, which hls.js knows and mpegts.js does not. */
function browserAbilities(): Omit<BrowserFacts, 'outputsOff'> {
  const hasMediaSource = 'MediaSource' in globalThis
  const hasNativeHls = document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== ''
  const isTypeSupported = (type: string) => (hasMediaSource ? MediaSource.isTypeSupported(type) : true)
  return { hasMediaSource, hasNativeHls, isTypeSupported }
}

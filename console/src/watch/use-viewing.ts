import { type RefObject, useState } from 'react'
import { useSearch } from 'wouter'
import { type KeptMedia, playableAfter } from '../timeline/kept-media.ts'
import type { TimelineMove } from '../timeline/timeline-key.ts'
import { useKeptMedia } from '../timeline/use-kept-media.ts'
import type { WallTime } from '../timeline/wall-time.ts'
import { type LivePlayer, type LivePlayerOptions, type PastStart, useLivePlayer } from './use-live-player.ts'

export type Viewing = {
  readonly player: LivePlayer
  /** What can be rewound to, if there is something. */
  readonly kept: KeptMedia | undefined
  /** Seconds behind live; undefined leaves it to the sample. */
  readonly behind: number | undefined
  readonly move: (to: TimelineMove) => void
}

type ViewingOptions = Omit<LivePlayerOptions, 'start' | 'onPlayedOut'> & { readonly name: string }

/** Plays the stream live, or what is kept of it from where the viewer went. What is kept goes on to live. */
export function useViewing(video: RefObject<HTMLVideoElement | null>, { name, ...options }: ViewingOptions): Viewing {
  const search = useSearch()
  const [start, setStart] = useState(() => startOf(search))
  const kept = useKeptMedia(name)
  const onPlayedOut = (until: WallTime | undefined) => {
    const next = kept && until !== undefined ? playableAfter(kept, until) : undefined
    setStart(next === undefined ? undefined : { from: next })
    if (next === undefined && options.stream?.state !== 'live') player.send({ type: 'interrupted', cause: 'ended' })
  }
  const player = useLivePlayer(video, { ...options, start, onPlayedOut })
  const move = ({ from }: TimelineMove) => {
    setStart(from === undefined ? undefined : { from })
    player.send({ type: 'play' })
  }
  const behind = kept && player.clock !== undefined ? (kept.span.to - player.clock) / 1000 : player.latency
  return { player, kept, behind, move }
}

/** `?from=2026-11-21T09:30:00Z` begins there. */
function startOf(search: string): PastStart | undefined {
  const from = Date.parse(new URLSearchParams(search).get('from') ?? '')
  return Number.isNaN(from) ? undefined : { from }
}

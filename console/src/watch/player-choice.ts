import type { Track } from '../api/sluice-api.ts'
import { type TypeTest, unplayableTracks } from './unplayable.ts'

/** How this page can play a stream: mpegts.js over HTTP-FLV, hls.js, or the browser itself over HLS. */
export type PlayerKind = 'flv' | 'hls' | 'native-hls'

export const playerNames: Readonly<Record<PlayerKind, string>> = {
  flv: 'HTTP-FLV',
  hls: 'Low-Latency HLS',
  'native-hls': "HLS, the browser's own",
}

/** What counts about a browser. */
export type BrowserFacts = {
  readonly hasMediaSource: boolean
  readonly isTypeSupported: TypeTest
  readonly hasNativeHls: boolean
}

/** The ways that the browser has, the one with the lowest latency first. */
export function possiblePlayers({ hasMediaSource, hasNativeHls }: BrowserFacts): readonly PlayerKind[] {
  return [...(hasMediaSource ? (['flv', 'hls'] as const) : []), ...(hasNativeHls ? (['native-hls'] as const) : [])]
}

/**
 * The way to play `tracks`: the wanted one if the browser has it, else the first that plays every track, else the first.
 *
 * `undefined` if the browser has none.
 */
export function choosePlayer(
  tracks: readonly Track[],
  browser: BrowserFacts,
  wanted: PlayerKind | undefined,
): PlayerKind | undefined {
  const possible = possiblePlayers(browser)
  if (wanted !== undefined && possible.includes(wanted)) return wanted
  const playsAll = (kind: PlayerKind): boolean => unplayableTracks(tracks, kind, browser.isTypeSupported).length === 0
  return possible.find(playsAll) ?? possible[0]
}

import type { Track } from '../api/sluice-api.ts'
import { codecName } from '../format/track-facts.ts'
import { type TypeTest, unplayableTracks } from './unplayable.ts'

/** How this page can play a stream: mpegts.js over HTTP-FLV, hls.js, the browser itself over HLS, or dash.js. */
export type PlayerKind = 'flv' | 'hls' | 'native-hls' | 'dash'

export const playerNames: Readonly<Record<PlayerKind, string>> = {
  flv: 'HTTP-FLV',
  hls: 'Low-Latency HLS',
  'native-hls': "HLS, the browser's own",
  dash: 'DASH',
}

/** Over what the server has to play a stream. */
const outputs: Readonly<Record<PlayerKind, string>> = { flv: 'flv', hls: 'hls', 'native-hls': 'hls', dash: 'dash' }

/** What counts about a browser, and about a stream. */
export type BrowserFacts = {
  /** Over which the stream is not played. */
  readonly outputsOff: readonly string[]
  readonly hasMediaSource: boolean
  readonly isTypeSupported: TypeTest
  readonly hasNativeHls: boolean
}

/** The ways that the browser has, the best first: DASH carries what HLS does, and its player is large. */
export function possiblePlayers({ hasMediaSource, hasNativeHls, outputsOff }: BrowserFacts): readonly PlayerKind[] {
  const order: readonly PlayerKind[] = ['flv', 'hls', 'native-hls', 'dash']
  const isOn = (kind: PlayerKind): boolean => !outputsOff.includes(outputs[kind])
  return order.filter(kind => isOn(kind) && (kind === 'native-hls' ? hasNativeHls : hasMediaSource))
}

/** What plays the past: lists of what is kept. `undefined` if the browser has no such way. */
export function rewindPlayer(browser: BrowserFacts): PlayerKind | undefined {
  return possiblePlayers(browser).find(kind => kind === 'hls' || kind === 'native-hls')
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

/** Why it is that one, in a sentence for the viewer. */
export function explainChoice(
  kind: PlayerKind,
  tracks: readonly Track[],
  browser: BrowserFacts,
  { wanted, isPast }: { readonly wanted: PlayerKind | undefined; readonly isPast: boolean },
): string {
  if (isPast) return 'The past comes over HLS.'
  if (kind === wanted) return 'You chose it.'
  const [first] = possiblePlayers(browser)
  const failing = first === undefined ? [] : unplayableTracks(tracks, first, browser.isTypeSupported)
  if (kind === first) return first === 'flv' ? 'It has the lowest latency.' : 'There is no other way here.'
  return `HTTP-FLV does not play ${failing.map(nameOf).join(' and ')} here.`
}

function nameOf({ codec, kind }: Track): string {
  return `${codecName(codec)} ${kind}`
}

import { setTimeout as pause } from 'node:timers/promises'
import HLS from 'hls-parser'
import { type ReadPlaylist, readPlaylist } from './hls-playlist.ts'
import { brokenBetween, brokenInDelta, brokenInMultivariant, brokenRules } from './hls-validator.ts'

export type Watched = {
  /** Each once, with the playlist in which it is broken. */
  readonly broken: readonly string[]
  readonly multivariant: string
  /** By name: what was told of each segment. */
  readonly last: ReadonlyMap<string, ReadPlaylist>
  /** How many texts were read. */
  readonly reloads: number
}

HLS.setOptions({ strictMode: true })

/** Between two reloads of a list that does not answer late. */
const reloadMs = 400

/**
 * Reads a stream's playlists as a player does, until `signal` aborts or they end, and holds each text and each change
 * against the rules.
 */
export async function watchPlaylists(url: string, signal: AbortSignal): Promise<Watched> {
  const broken = new Set<string>()
  const multivariant = await textOf(url)
  for (const rule of brokenInMultivariant(multivariant)) broken.add(`index ${rule}`)
  for (const rule of unreadable(multivariant)) broken.add(`index ${rule}`)
  const names = multivariant.match(/[a-z0-9-]+\.m3u8/g) ?? []
  const last = new Map<string, ReadPlaylist>()
  let reloads = 0
  await Promise.all(
    [...new Set(names)].map(async name => {
      const report = (rules: readonly string[]): void => rules.forEach(rule => broken.add(`${name} ${rule}`))
      for (let before: ReadPlaylist | undefined; !signal.aborted && before?.isEnded !== true; reloads++) {
        const text = await textOf(new URL(name + directivesAfter(before), url).href)
        const playlist = readPlaylist(text)
        report([...brokenRules(text, playlist), ...unreadable(text)])
        if (before !== undefined) report(brokenBetween(before, playlist))
        if (reloads % 5 === 0) report(await brokenUpdate(new URL(name, url).href))
        last.set(name, playlist)
        before = playlist
        if (directivesAfter(before) === '') await pause(reloadMs)
      }
    }),
  )
  return { broken: [...broken], multivariant, last, reloads }
}

/** Wait for the next part, where the server can. */
function directivesAfter(before: ReadPlaylist | undefined): string {
  if (before?.serverControl === undefined || before.preloadHint === undefined) return ''
  const [, number, part] = /-(\d+)\.(\d+)\./.exec(before.preloadHint) ?? []
  return `?_HLS_msn=${number}&_HLS_part=${part}`
}

/** Both are read as they are at one time. */
async function brokenUpdate(url: string): Promise<readonly string[]> {
  const [before, delta, after] = [await textOf(url), await textOf(`${url}?_HLS_skip=YES`), await textOf(url)]
  return before === after ? brokenInDelta(readPlaylist(before), readPlaylist(delta)) : []
}

/** hls-parser 0.16 does not know that parts that are independent may be shorter: RFC 8216bis §4.4.4.9. `hls-validator.ts` does. */
const tooStrict = 'must have a duration of at least 85% of PART-TARGET'

/** What a parser says that nobody here wrote. */
function unreadable(text: string): readonly string[] {
  try {
    HLS.parse(text)
    return []
  } catch (error) {
    return String(error).includes(tooStrict) ? [] : [`hls-parser: ${String(error)}`]
  }
}

async function textOf(url: string): Promise<string> {
  const response = await fetch(url)
  const text = await response.text()
  if (response.ok) return text
  throw new Error(`Cannot read ${url}: the server answers ${response.status} ${text}`)
}

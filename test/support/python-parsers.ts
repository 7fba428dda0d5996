import assert from 'node:assert/strict'
import { join } from 'node:path'
import { startPeer } from '../peers/peers.ts'
import { readAttributes, readPlaylist } from './hls-playlist.ts'
import { readMpd } from './mpd-reader.ts'

/** Python's m3u8, which is strict, and mpegdash read the same of the texts of playlists and MPDs as the tests do. */
export async function assertReadByPython(texts: readonly string[]): Promise<void> {
  await using python = startPeer('python3', [join(import.meta.dirname, 'read-lists.py')])
  python.stdin.end(JSON.stringify(texts))
  const { stdout } = await python.untilDone()
  assert.deepEqual(JSON.parse(stdout.toString()), texts.map(factsOf))
}

function factsOf(text: string): unknown {
  if (!text.startsWith('#EXTM3U')) return mpdFacts(text)
  return text.includes('#EXT-X-STREAM-INF:') ? multivariantFacts(text) : mediaFacts(text)
}

function multivariantFacts(text: string): unknown {
  const sounds = [...text.matchAll(/^#EXT-X-MEDIA:(.*)$/gm)].map(([, tag = '']) => readAttributes(tag).get('URI'))
  const variants = [...text.matchAll(/^#EXT-X-STREAM-INF:(.*)\n(.*)$/gm)]
  return {
    lists: [...sounds, ...variants.map(([, , uri]) => uri)],
    codecs: variants.map(([, tag = '']) => readAttributes(tag).get('CODECS')),
  }
}

function mediaFacts(text: string): unknown {
  const { targetDuration, mediaSequence, isEnded, preloadHint = null, segments, openParts } = readPlaylist(text)
  return {
    target: targetDuration,
    sequence: mediaSequence,
    isEnded,
    hint: preloadHint,
    parts: [...segments.flatMap(({ parts }) => parts), ...openParts].map(({ uri }) => uri),
    segments: segments.map(({ uri, duration, map, isDiscontinuity }) => [uri, duration, map, isDiscontinuity]),
  }
}

function mpdFacts(text: string): unknown {
  const { attributes, periods } = readMpd(text)
  return {
    type: attributes.get('type'),
    representations: periods.flatMap(({ id, representations }) =>
      representations.map(({ attributes: own, template, segments }) => [
        ...[id, own.get('id'), own.get('codecs'), Number(own.get('bandwidth')), template.get('media')],
        ...[segments.length, segments.reduce((sum, { duration }) => sum + duration, 0)],
      ]),
    ),
  }
}

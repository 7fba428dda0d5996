import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { parse } from 'mpd-parser'
import { test } from 'vitest'
import { type ClipName, clip, ffmpegFor } from '../peers/clips.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { type ReadMpd, readMpd } from '../support/mpd-reader.ts'
import { brokenBetweenMpds, brokenInMpd } from '../support/mpd-validator.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

type Case = { readonly clip: ClipName; readonly flags?: readonly string[]; readonly visits?: number }

const lowLatency = ['--dash-low-latency=true']

const cases: readonly Case[] = [
  { clip: 'clip.flv' },
  { clip: 'clip.flv', flags: lowLatency },
  { clip: 'clip.flv', flags: lowLatency, visits: 2 },
  { clip: 'audio.flv', flags: lowLatency },
  { clip: 'hevc-flac.flv' },
  { clip: 'av1-ac3.flv', flags: lowLatency },
  { clip: 'vp9-opus.flv' },
  { clip: 'h264-eac3.flv' },
  { clip: 'multitrack.flv', flags: lowLatency },
  { clip: 'sparse-sound.flv', flags: lowLatency },
  { clip: 'slow-pictures.flv' },
]

const seconds = 8
/** Between two reloads. */
const reloadMs = 400

type Watched = { readonly broken: ReadonlySet<string>; readonly last: ReadMpd | undefined; readonly reloads: number }

/** Reads an MPD as a player does, until it is the last one, and holds each text and each change against the rules. */
async function watch(url: string, signal: AbortSignal): Promise<Watched> {
  const broken = new Set<string>()
  let last: ReadMpd | undefined
  let reloads = 0
  while (!signal.aborted && last?.attributes.has('mediaPresentationDuration') !== true) {
    const response = await fetch(url)
    const text = await response.text()
    assert.equal(response.status, 200, text)
    const mpd = readMpd(text)
    const parsed = parse(text, { manifestUri: url })
    const rules = [...brokenInMpd(mpd, Date.now() / 1000), ...(last === undefined ? [] : brokenBetweenMpds(last, mpd))]
    for (const rule of rules) broken.add(rule)
    // What has no picture has groups alone.
    const read = parsed.playlists.length + Object.keys(parsed.mediaGroups.AUDIO).length
    if (read === 0) broken.add('mpd-parser: nothing to play')
    last = mpd
    reloads++
    await pause(reloadMs)
  }
  return { broken, last, reloads }
}

for (const { clip: name, flags = [], visits = 1 } of cases) {
  test.concurrent(`dash rules: ${[name, ...flags].join(' ')}, published ${visits} times`, async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', visits > 1 ? '3s' : '500ms', ...flags)
    const url = server.rtmpUrl('live/test')
    const publish = async (): Promise<void> => {
      for (let visit = 0; visit < visits; visit++) {
        await using publisher = publishFile(url, await clip(name), seconds, ffmpegFor(name))
        await publisher.untilDone()
      }
    }
    const published = publish()
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 20)
    const { broken, last, reloads } = await watch(server.httpUrl('/live/test/index.mpd'), AbortSignal.timeout(40_000))
    await published
    assert.deepEqual([...broken], [])
    assert.ok(reloads > 5, `only ${reloads} reloads`)
    assert.ok(last?.attributes.has('mediaPresentationDuration'))
  })
}

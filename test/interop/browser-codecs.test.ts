import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import type { Frame } from '../../src/media/frame.ts'
import type { Track } from '../../src/media/track.ts'
import { tsFormat } from '../../src/recorder/ts-recording.ts'
import { type ClipName, clip } from '../peers/clips.ts'
import { PlayerPage, startPlayerBrowser } from '../support/player-page.ts'
import { probeClip } from '../support/probed-clip.ts'
import { recordClip } from '../support/record-clip.ts'
import { ServerProcess } from '../support/server-process.ts'

/** Those that Chromium of Debian plays, beside H.264 with AAC. */
const clips = ['plain-av1.flv', 'vp9-opus.flv', 'h264-flac.mkv', 'audio.flv', 'video.flv'] as const satisfies ClipName[]

let browser: Browser
let folder: string
let server: ServerProcess
beforeAll(async () => {
  browser = await startPlayerBrowser()
  folder = await mkdtemp(join(tmpdir(), 'sluice-browser-codecs-'))
  const files = await Promise.all(clips.map(async name => [name.replace('.', '-'), await clip(name)]))
  await writeFile(join(folder, 'id3.ts'), await withId3())
  const paths = [...files, ['id3', join(folder, 'id3.ts')]].map(([name, file]) => [
    name,
    { pull: `file://${file}?loop=true` },
  ])
  const config = join(folder, 'sluice.yaml')
  await writeFile(config, JSON.stringify({ paths: Object.fromEntries(paths) }))
  server = await ServerProcess.start('--config', config, '--packager-segment-duration', '1s', '--dash-low-latency=true')
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await browser.close()
  await rm(folder, { recursive: true })
})

const players = [
  { player: 'hls.js', file: 'index.m3u8' },
  { player: 'hls.js', file: 'muxed.m3u8' },
  { player: 'shaka', file: 'index.mpd' },
  { player: 'dash.js', file: 'index.mpd' },
] as const

/** hls.js asks again where an update takes longer than 0.8 s, as on a busy machine it may. */
function faults(errors: readonly string[]): readonly string[] {
  return errors.filter(error => !/^networkError \w+TimeOut$/.test(error))
}

for (const name of clips) {
  test.concurrent(`browser: every player plays ${name}`, async () => {
    for (const { player, file } of players) {
      await using view = await PlayerPage.open(browser, server)
      await view.play(player, server.httpUrl(`/${name.replace('.', '-')}/${file}`))
      // Where the media are in time is found first.
      await view.untilAdvanced(0)
      const { errors, heard, totalVideoFrames } = await view.untilAdvanced(2)
      assert.deepEqual({ player, file, errors: faults(errors) }, { player, file, errors: [] })
      assert.equal(totalVideoFrames > 20, name !== 'audio.flv', `${player}: ${totalVideoFrames} pictures`)
      assert.equal(heard > 0, name !== 'video.flv', `${player}: ${heard} bytes of sound`)
    }
  })
}

test.concurrent('browser: every player is told the ID3 tags of a transport stream', async () => {
  for (const { player, file } of players) {
    await using view = await PlayerPage.open(browser, server)
    await view.play(player, server.httpUrl(`/id3/${file}`))
    await view.untilAdvanced(0)
    const { errors, messages } = await view.untilAdvanced(3)
    assert.deepEqual({ player, file, errors: faults(errors) }, { player, file, errors: [] })
    const told = messages.filter(message => message === `https://aomedia.org/emsg/ID3 ${tag.toString('latin1')}`)
    assert.ok(told.length >= 2, `${player} ${file}: ${JSON.stringify(messages)}`)
  }
})

/** ID3v2.4 with TIT2 "live". */
const tag = Buffer.from('4944330400000000000f' + '54495432000000050000036c697665', 'hex')

/** A transport stream with a tag each second. */
async function withId3(): Promise<Buffer> {
  const source = await probeClip(await clip('clip.flv'))
  const last = { kind: 'data', codec: 'id3', codecLabel: 'ID3', generation: 0 } as const
  const track: Track = { ...last, id: source.tracks.length, index: 0, timescale: 1000, config: undefined }
  const tags = Array.from({ length: 9 }, (_, i): Frame => {
    return { track, dts: 500 + 1000 * i, pts: 500 + 1000 * i, isKey: true, payload: tag }
  })
  const frames = [...source.frames, ...tags].toSorted((a, b) => a.dts / a.track.timescale - b.dts / b.track.timescale)
  return recordClip(tsFormat, { tracks: [...source.tracks, track], frames }).complete
}

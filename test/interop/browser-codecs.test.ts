import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { moveCue } from '../../src/formats/mpegts/splice-info.ts'
import type { Frame } from '../../src/media/frame.ts'
import type { Track } from '../../src/media/track.ts'
import { tsFormat } from '../../src/recorder/ts-recording.ts'
import { type ClipName, clip } from '../peers/clips.ts'
import { faults, PlayerPage, startPlayerBrowser } from '../support/player-page.ts'
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
  await writeFile(join(folder, 'metadata.ts'), await withMetadata())
  const paths = [...files, ['metadata', join(folder, 'metadata.ts')]].map(([name, file]) => [
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

for (const name of clips) {
  test.concurrent(`browser: every player plays ${name}`, async () => {
    for (const { player, file } of players) {
      await using view = await PlayerPage.open(browser, server)
      await view.play(player, server.httpUrl(`/${name.replace('.', '-')}/${file}`))
      // Where the media are in time is found first.
      await view.untilAdvanced(0)
      await view.untilAdvanced(2)
      const { errors, heard, totalVideoFrames } = await view.untilDecoded(name === 'audio.flv' ? 0 : 20)
      assert.deepEqual({ player, file, errors: faults(errors) }, { player, file, errors: [] })
      if (name === 'audio.flv') assert.equal(totalVideoFrames, 0)
      assert.equal(heard > 0, name !== 'video.flv', `${player}: ${heard} bytes of sound`)
    }
  })
}

test.concurrent('browser: every player is told the ID3 tags of a transport stream', async () => {
  for (const { player, file } of players) {
    await using view = await PlayerPage.open(browser, server)
    await view.play(player, server.httpUrl(`/metadata/${file}`))
    await view.untilAdvanced(0)
    const { errors, messages } = await view.untilAdvanced(3)
    assert.deepEqual({ player, file, errors: faults(errors) }, { player, file, errors: [] })
    const told = messages.filter(message => message === `https://aomedia.org/emsg/ID3 ${tag.toString('latin1')}`)
    assert.ok(told.length >= 2, `${player} ${file}: ${JSON.stringify(messages)}`)
  }
})

/** ID3v2.4 with TIT2 "live". */
const tag = Buffer.from('4944330400000000000f' + '54495432000000050000036c697665', 'hex')
/** The splice_insert of SCTE 35 §14.2, for 0x07369c02e on the clock of 90 kHz. */
const cue = Buffer.from(
  'fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000013562dba30a',
  'hex',
)
const cueTime = 0x07369c02e

test.concurrent('browser: hls.js is told of the cues of a transport stream', async () => {
  await using view = await PlayerPage.open(browser, server)
  await view.play('hls.js', server.httpUrl('/metadata/index.m3u8'))
  await view.untilAdvanced(3)
  const ranges = await view.page.evaluate<readonly { id: string; planned: number; isValid: boolean }[]>(
    `Object.values(player.levels[0].details.dateRanges).map(range => (
      { id: range.id, planned: range.plannedDuration, isValid: range.isValid }))`,
  )
  assert.ok(ranges.length > 0)
  for (const { id, planned, isValid } of ranges) {
    assert.match(id, /^splice-1207959695-\d{13}$/)
    assert.deepEqual({ planned, isValid }, { planned: 60.29357, isValid: true })
  }
})

/** A transport stream with a tag each second, and a cue at 2 s, for 4 s. */
async function withMetadata(): Promise<Buffer> {
  const source = await probeClip(await clip('clip.flv'))
  const facts = { kind: 'data', generation: 0, timescale: 1000, config: undefined } as const
  const first = source.tracks.length
  const id3: Track = { ...facts, id: first, index: 0, codec: 'id3', codecLabel: 'ID3' }
  const scte35: Track = { ...facts, id: first + 1, index: 1, codec: 'scte35', codecLabel: 'SCTE-35' }
  const at = (track: Track, dts: number, payload: Uint8Array): Frame => ({ track, dts, pts: dts, isKey: true, payload })
  const tags = Array.from({ length: 9 }, (_, i) => at(id3, 500 + 1000 * i, tag))
  const cues = [at(scte35, 2000, moveCue(cue, 4 * 90_000 - cueTime))]
  const all = [...source.frames, ...tags, ...cues]
  const frames = all.toSorted((a, b) => a.dts / a.track.timescale - b.dts / b.track.timescale)
  return recordClip(tsFormat, { tracks: [...source.tracks, id3, scte35], frames }).complete
}

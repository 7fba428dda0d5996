import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import { type ClipName, clip, ffmpegFor } from '../peers/clips.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { type Watched, watchPlaylists } from '../support/hls-watcher.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

type Case = { readonly clip: ClipName; readonly flags?: readonly string[]; readonly codecs: string }

const encrypted = ['--hls-encryption=aes-128', '--hls-key-rotation=2']

const cases: readonly Case[] = [
  { clip: 'clip.flv', codecs: 'avc1.64000d,mp4a.40.2' },
  { clip: 'clip.flv', flags: ['--hls-low-latency=false'], codecs: 'avc1.64000d,mp4a.40.2' },
  { clip: 'clip.flv', flags: ['--hls-container=fmp4-muxed'], codecs: 'avc1.64000d,mp4a.40.2' },
  { clip: 'clip.flv', flags: ['--hls-container=ts'], codecs: 'avc1.64000d,mp4a.40.2' },
  { clip: 'audio.flv', codecs: 'mp4a.40.2' },
  { clip: 'audio.flv', flags: ['--hls-container=ts'], codecs: 'mp4a.40.2' },
  { clip: 'clip.flv', flags: encrypted, codecs: 'avc1.64000d,mp4a.40.2' },
  { clip: 'clip.flv', flags: [...encrypted, '--hls-container=ts'], codecs: 'avc1.64000d,mp4a.40.2' },
  { clip: 'multitrack.flv', flags: encrypted, codecs: 'avc1.64000d,mp4a.40.2,opus' },
  { clip: 'video.flv', codecs: 'avc1.64000d' },
  { clip: 'mp3.flv', codecs: 'avc1.64000d,mp4a.6B' },
  { clip: 'hevc.flv', codecs: 'hvc1.1.6.L60.90,mp4a.40.2' },
  { clip: 'av1.flv', codecs: 'av01.0.00M.08,mp4a.40.2' },
  { clip: 'vp9-opus.flv', codecs: 'vp09.00.20.08.01.01.01.00.00,opus' },
  { clip: 'hevc-flac.flv', codecs: 'hvc1.1.6.L60.90,flac' },
  { clip: 'av1-ac3.flv', codecs: 'av01.0.00M.08,ac-3' },
  { clip: 'h264-eac3.flv', codecs: 'avc1.64000d,ec-3' },
  { clip: 'multitrack.flv', codecs: 'avc1.64000d,mp4a.40.2,opus' },
  { clip: 'sparse-sound.flv', codecs: 'avc1.64000d,mp4a.40.2' },
  { clip: 'slow-pictures.flv', codecs: 'avc1.64000b,mp4a.40.2' },
]

const start = (...flags: readonly string[]): Promise<ServerProcess> =>
  ServerProcess.start('--hub-resume-timeout', '500ms', ...flags)

/** Of the streams that need no flags. */
let shared: ServerProcess
beforeAll(async () => {
  shared = await start()
})
afterAll(() => shared[Symbol.asyncDispose]())

/** Publishes a clip, and reads its playlists up to the end. */
async function watchClip(server: ServerProcess, name: ClipName): Promise<Watched> {
  const stream = `live/${name.replace('.flv', '')}`
  await using publisher = publishFile(server.rtmpUrl(stream), await clip(name), 8, ffmpegFor(name))
  await untilStream(server, stream, ({ framesIn }) => framesIn > 20)
  const watched = await watchPlaylists(server.httpUrl(`/${stream}/index.m3u8`), AbortSignal.timeout(30_000))
  await publisher.close()
  return watched
}

for (const { clip: name, flags = [], codecs } of cases) {
  test.concurrent(`hls rules: ${name} ${flags.join(' ')}`, async () => {
    await using server = flags.length > 0 ? await start(...flags) : undefined
    const { broken, multivariant, last, reloads } = await watchClip(server ?? shared, name)
    assert.deepEqual(broken, [])
    assert.ok(reloads > 5, `only ${reloads} reloads`)
    assert.ok([...last.values()].every(({ isEnded }) => isEnded))
    assert.deepEqual(/CODECS="([^"]+)"/.exec(multivariant)?.[1], codecs)
  })
}

test.concurrent('hls rules: publishers one after the other, with sound, without it, and with it again', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '3s')
  const publish = async (): Promise<void> => {
    for (const name of ['clip.flv', 'video.flv', 'clip.flv'] as const) {
      await using publisher = publishFile(server.rtmpUrl('live/test'), await clip(name), 7)
      await publisher.untilDone()
    }
  }
  const published = publish()
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 20)
  const { broken, last } = await watchPlaylists(server.httpUrl('/live/test/index.m3u8'), AbortSignal.timeout(50_000))
  await published
  assert.deepEqual(broken, [])
  for (const [name, gaps] of [
    ['video.m3u8', false],
    ['audio.m3u8', true],
  ] as const) {
    const { segments = [], isEnded } = last.get(name) ?? {}
    assert.deepEqual([isEnded, segments.some(({ isGap }) => isGap)], [true, gaps], name)
    assert.ok(segments.filter(({ isDiscontinuity }) => isDiscontinuity).length >= 1, name)
  }
})

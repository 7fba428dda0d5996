import assert from 'node:assert/strict'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { TestFolder } from '../support/test-folder.ts'

type Probed = { readonly streams: readonly { readonly codec_type: string; readonly tags?: Record<string, string> }[] }

/** What FFprobe says of the sound tracks of a URL. */
async function soundOf(url: string): Promise<readonly Record<string, string>[]> {
  const asked = ['-show_entries', 'stream=codec_type:stream_tags=language,comment', '-of', 'json']
  await using program = startPeer('ffprobe', ['-v', 'error', ...asked, url])
  const { streams } = JSON.parse((await program.untilDone()).stdout.toString()) as Probed
  return streams.filter(({ codec_type: type }) => type === 'audio').map(({ tags = {} }) => tags)
}

test('languages: of sound tracks are what players show, live, as a file, and of what is kept', async () => {
  await using folder = await TestFolder.open('languages')
  await using server = await ServerProcess.start('--dvr-all', '--dvr-dir', folder.path)
  const tracks = ['-map', '0:v', '-map', '0:a', '-map', '0:a', '-map', '0:a', '-c', 'copy']
  const languages = ['deu', 'fra', 'deu'].flatMap((language, i) => [`-metadata:s:a:${i}`, `language=${language}`])
  const source = ['-v', 'error', '-re', '-stream_loop', '-1', '-i', await clip('clip.flv')]
  const target = ['-f', 'mpegts', server.srtUrl('publish:live/test')]
  await using publisher = startPeer('ffmpeg', [...source, ...tracks, ...languages, ...target])
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 100)
  assert.deepEqual(await soundOf(server.httpUrl('/live/test/index.m3u8')), [
    { language: 'de', comment: 'Deutsch' },
    { language: 'fr', comment: 'Français' },
    { language: 'de', comment: 'Deutsch 2' },
  ])
  for (const [file, told] of [
    ['test/index.mpd', ['de', 'fr', 'de']],
    ['test.mp4', ['deu', 'fra', 'deu']],
    ['test/dvr.m3u8', ['de', 'fr', 'de']],
    ['test/clip.mp4?offset=0&duration=2', ['deu', 'fra', 'deu']],
  ] as const) {
    const sound = await soundOf(server.httpUrl(`/live/${file}`))
    assert.deepEqual({ file, told: sound.map(({ language }) => language) }, { file, told })
  }
  publisher.kill('SIGTERM')
})

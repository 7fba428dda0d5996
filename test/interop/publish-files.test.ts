import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { mkvFormat } from '../../src/recorder/mkv-recording.ts'
import { startPeer } from '../peers/peers.ts'
import { type Excerpt, excerpt } from '../support/excerpt.ts'
import { type Ffmpeg, framesOf, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived, type FrameList, inMilliseconds } from '../support/frame-list.ts'
import { probeClip } from '../support/probed-clip.ts'
import { recordClip } from '../support/record-clip.ts'
import { untilConnections } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { startSluice } from '../support/sluice-command.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-publish-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** What a player gets of a file that `sluice publish` sends, and what the command says. */
async function played(path: string, ffmpeg: Ffmpeg): Promise<FrameList> {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  await using player = startPlayer(server.rtmpUrl('live/test?wait=30s'), ffmpeg)
  await untilConnections(server, 'rtmp', 1)
  await using publisher = startSluice(['publish', path, server.rtmpUrl('live/test')])
  await publisher.untilDone()
  return await received(player)
}

/** FFmpeg plays an edit list to its end, and leaves sound behind it out. */
const withoutEdits = ['-use_editlist', '0']

const files: readonly (Excerpt & { readonly ffmpeg: Ffmpeg })[] = [
  { clip: 'clip.flv', file: 'h264-aac.mkv', ffmpeg: 'ffmpeg' },
  { clip: 'hevc.flv', file: 'h265-aac.mkv', ffmpeg: 'ffmpeg' },
  { clip: 'hevc-opus.mkv', file: 'h265-opus.mkv', ffmpeg: 'ffmpeg-9' },
  { clip: 'av1-ac3.flv', file: 'av1-ac3.mkv', ffmpeg: 'ffmpeg-9' },
  { clip: 'vp9-opus.flv', file: 'vp9-opus.webm', ffmpeg: 'ffmpeg-9' },
  { clip: 'clip.mp4', file: 'h264-aac.mp4', ffmpeg: 'ffmpeg', options: withoutEdits },
  { clip: 'hevc-flac.flv', file: 'h265-flac.mp4', ffmpeg: 'ffmpeg-9', options: withoutEdits },
  { clip: 'clip.flv', file: 'fragments.mp4', ffmpeg: 'ffmpeg', options: ['-movflags', '+frag_keyframe+empty_moov'] },
]

for (const { ffmpeg, ...what } of files) {
  test.concurrent(`publish: a player of ${what.file} gets the frames that FFmpeg finds in it`, async () => {
    const path = await excerpt(folder, what)
    assert.equal(assertReceived(await played(path, ffmpeg), inMilliseconds(await framesOf(path, undefined, ffmpeg))), 0)
  })
}

test.concurrent('publish: a player of a transport stream gets the frames that were put into it', async () => {
  const source = await excerpt(folder, { clip: 'clip.flv', file: 'source.flv' })
  assert.equal(
    assertReceived(
      await played(await excerpt(folder, { clip: 'clip.flv', file: 'h264-aac.ts' }), 'ffmpeg'),
      await framesOf(source),
    ),
    0,
  )
})

test.concurrent('publish: a Matroska recording that was torn off is sent to its last whole frame', async () => {
  const path = join(folder, 'torn.mkv')
  const { growing } = recordClip(
    mkvFormat,
    await probeClip(await excerpt(folder, { clip: 'clip.flv', file: 'whole.flv' })),
  )
  await writeFile(path, growing.subarray(0, -5))
  const { video, audio } = await played(path, 'ffmpeg')
  const whole = await framesOf(join(folder, 'whole.flv'))
  const missing = (whole.video?.frames.length ?? 0) + (whole.audio?.frames.length ?? 0)
  assert.equal((video?.frames.length ?? 0) + (audio?.frames.length ?? 0), missing - 1)
})

test.concurrent('publish: tracks that are left out are told, and a file of another kind is refused', async () => {
  await using server = await ServerProcess.start()
  const path = join(folder, 'pcm.mkv')
  const sound = ['-f', 'lavfi', '-i', 'sine=duration=0.2', '-c:a:0', 'pcm_s16le', '-c:a:1', 'aac']
  await using ffmpeg = startPeer('ffmpeg', ['-v', 'error', '-y', ...sound, '-map', '0', '-map', '0', path])
  await ffmpeg.untilDone()
  await using publisher = startSluice(['publish', path, server.rtmpUrl('live/test')])
  await publisher.untilDone()
  assert.equal(publisher.output, 'sluice: Track 1 is left out: A_PCM/INT/LIT is not carried\n')
  const text = join(folder, 'text.txt')
  await writeFile(text, 'not a film')
  await using other = startSluice(['publish', text, server.rtmpUrl('live/other')])
  assert.equal((await other.ended).code, 1)
  assert.match(other.output, /^sluice: Cannot read text.txt: it must be /)
})

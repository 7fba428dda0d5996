import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { type ClipName, clip, ffmpegFor } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { framesOf, frameText, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived, frameCount, parseFrameList, tracksOf, withoutFlacHeader } from '../support/frame-list.ts'
import { RtmpClient } from '../support/rtmp-client.ts'
import { untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { startSluice } from '../support/sluice-command.ts'

const seconds = 4
const lateJoin = 0.5

const clips: readonly { readonly name: ClipName; readonly video: string; readonly audio: string }[] = [
  { name: 'vp9.flv', video: 'VP9', audio: 'AAC' },
  { name: 'vp9-opus.flv', video: 'VP9', audio: 'Opus' },
  { name: 'hevc-flac.flv', video: 'H.265', audio: 'FLAC' },
  { name: 'av1-ac3.flv', video: 'AV1', audio: 'AC-3' },
  { name: 'h264-eac3.flv', video: 'H.264', audio: 'E-AC-3' },
]

for (const { name, video, audio } of clips) {
  const ffmpeg = ffmpegFor(name)
  test.concurrent(`enhanced rtmp: ${video} and ${audio} of ${ffmpeg} reach waiting and late players as sent`, async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
    const path = await clip(name)
    const sent = withoutFlacHeader(await framesOf(path, seconds, ffmpeg))
    await using waiting = startPlayer(server.rtmpUrl('live/test?wait=30s'), ffmpeg)
    await untilConnections(server, 'rtmp', 1)
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds, ffmpeg)
    const { tracks } = await untilStream(server, 'live/test', ({ framesIn }) => framesIn > frameCount(sent) * lateJoin)
    await using late = startPlayer(server.rtmpUrl('live/test'), ffmpeg)
    await using lateOverHttp = startPlayer(server.httpUrl('/live/test.flv'), ffmpeg)
    await publisher.untilDone()

    assert.equal(assertReceived(withoutFlacHeader(await received(waiting)), sent), 0)
    for (const player of [late, lateOverHttp]) {
      assert.ok(assertReceived(withoutFlacHeader(await received(player)), sent) > 0)
    }
    const facts = tracks.filter(({ kind }) => kind !== 'data')
    assert.deepEqual(
      facts.map(({ codec, index }) => [codec, index]),
      [
        [video, 0],
        [audio, 0],
      ],
    )
    assert.deepEqual(
      [facts[0]?.width, facts[0]?.height, facts[1]?.sampleRate],
      [320, 240, name === 'vp9-opus.flv' ? 48_000 : 44_100],
    )
  })
}

test.concurrent('enhanced rtmp: of several tracks FFmpeg gets the first of each kind, sluice play and files get all', async ({
  onTestFinished,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-multitrack-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await using server = await ServerProcess.start(
    '--hub-resume-timeout',
    '500ms',
    '--record-all',
    '--record-dir',
    folder,
    '--record-format',
    'flv',
  )
  const path = await clip('multitrack.flv')
  const sent = await frameText(path, seconds, 'ffmpeg-9')
  await using player = startPlayer(server.rtmpUrl('live/test?wait=30s'), 'ffmpeg-9')
  await untilConnections(server, 'rtmp', 1)
  await using multitrack = await RtmpClient.connected(server.rtmpPort, 'live', { fourCcList: ['*'], capsEx: 6 })
  const played = join(folder, 'played.flv')
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds, 'ffmpeg-9')
  const { tracks } = await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 20)
  await using command = startSluice(['play', server.rtmpUrl('live/test'), '-o', played])
  const streamId = await multitrack.play('test')
  await publisher.untilDone()

  const first = parseFrameList(sent)
  assert.equal(assertReceived(await received(player), first), 0)
  const media = tracks
    .filter(({ kind }) => kind !== 'data')
    .map(({ kind, index, codec }) => `${kind} ${index} ${codec}`)
  assert.deepEqual(media.sort(), ['audio 0 AAC', 'audio 1 Opus', 'video 0 H.264', 'video 1 H.264'])
  const heads = multitrack.mediaOf(streamId).map(({ payload }) => Buffer.from(payload.subarray(0, 7)).toString('hex'))
  for (const head of ['96036176633101', '96006176633101', '95014f70757301', '95004f70757301']) {
    assert.ok(
      heads.some(seen => seen === head || seen === head.replace('9603', '9601')),
      head,
    )
  }

  await command.untilDone()
  // FFmpeg counts tracks in the order in which they come.
  const ends = tracksOf(await frameText(played, undefined, 'ffmpeg-9')).map(part => {
    return tracksOf(sent).findIndex(whole => whole.slice(-part.length).join() === part.join())
  })
  assert.deepEqual(new Set(ends), new Set([0, 1, 2, 3]))
  await rm(played)
  await server.program.untilPrinted(/RECORD_STOPPED/)
  const [file = ''] = await readdir(folder)
  const recorded = await frameText(join(folder, file), undefined, 'ffmpeg-9')
  assert.deepEqual(tracksOf(recorded), tracksOf(sent))
})

test.concurrent('enhanced rtmp: GStreamer, which announces nothing and reads no FourCC, is told so', async () => {
  await using server = await ServerProcess.start()
  await using publisher = publishFile(server.rtmpUrl('live/test'), await clip('av1.flv'), 10)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 10)
  const source = ['rtmp2src', `location=${server.rtmpUrl('live/test')}`]
  await using player = startPeer('gst-launch-1.0', [...source, '!', 'flvdemux', '!', 'fakesink'])
  assert.notEqual((await player.ended).code, 0)
  assert.match(player.output, /NetStream\.Play\.Failed.*its video is AV1, which the player has not announced/)
  await publisher.close()
})

test.concurrent('enhanced rtmp: sluice publish goes to the server that the API sends it to', async () => {
  await using here = await ServerProcess.start()
  await using there = await ServerProcess.start()
  await using publisher = startSluice(['publish', await clip('clip.flv'), here.rtmpUrl('live/test')])
  await untilStream(here, 'live/test', ({ framesIn }) => framesIn > 10)
  const body = JSON.stringify({ url: `rtmp://127.0.0.1:${there.rtmpPort}/live` })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(here.httpUrl('/api/v1/reconnect'), { method: 'POST', headers, body })
  assert.deepEqual([answer.status, await answer.json()], [200, { connections: ['rtmp-1'] }])
  await untilStream(there, 'live/test', ({ framesIn }) => framesIn > 10)
  await publisher.close()
})

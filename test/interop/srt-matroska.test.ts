import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type ClipName, clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { assertRelayed, listed, listFrames } from '../support/common-form.ts'
import { type Ffmpeg, framesOf, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceivedPart, type FrameList, frameCount, hashes } from '../support/frame-list.ts'
import { LossyLink } from '../support/lossy-link.ts'
import { perfectPath } from '../support/lossy-path.ts'
import { logLines, untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 4

/** FFmpeg sends the first seconds of a file over SRT as Matroska or WebM, at its own pace. */
function publishMatroska(url: string, path: string, ffmpeg: Ffmpeg, options: readonly string[] = []): Program {
  const input = ['-v', 'error', '-re', '-t', `${seconds}`, '-i', path, '-map', '0', '-c', 'copy', ...options]
  return startPeer(ffmpeg, [...input, '-f', 'matroska', `${url}&pkt_size=1316`])
}

/** Nothing is missing but what FFmpeg leaves unsent when it closes an SRT connection. */
function assertPublished(is: FrameList, was: FrameList): void {
  assert.equal(assertReceivedPart(is, was), 0)
  assert.ok(frameCount(was) - frameCount(is) <= 60, `${frameCount(is)} of ${frameCount(was)} frames`)
}

for (const [name, ffmpeg] of [
  ['clip.flv', 'ffmpeg'],
  ['hevc.flv', 'ffmpeg'],
  ['hevc-flac.flv', 'ffmpeg-9'],
  ['vp9-opus.flv', 'ffmpeg-9'],
  ['av1-flac.mkv', 'ffmpeg-9'],
] as const satisfies readonly (readonly [ClipName, Ffmpeg])[]) {
  test.concurrent(`srt: what FFmpeg publishes of ${name} as Matroska comes out over RTMP as it was`, async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
    const path = await clip(name)
    await using player = startPlayer(server.rtmpUrl('live/test?wait=30s'), ffmpeg)
    await untilConnections(server, 'rtmp', 1)
    await using publisher = publishMatroska(server.srtUrl('publish:live/test'), path, ffmpeg)
    await publisher.untilDone()
    assertPublished(await received(player), await framesOf(path, seconds, ffmpeg))
  })
}

test.concurrent('srt: what FFmpeg publishes as Matroska comes out over HTTP as a transport stream', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  const path = await clip('hevc.flv')
  await using source = listFrames(path, ['hevc', 'aac'], '-t', `${seconds}`)
  const sent = await listed(source)
  await using player = listFrames(server.httpUrl('/live/test.ts?wait=30s'), ['hevc', 'aac'])
  await untilConnections(server, 'http', 1)
  await using publisher = publishMatroska(server.srtUrl('publish:live/test'), path, 'ffmpeg')
  await publisher.untilDone()
  assertRelayed(await listed(player), sent, { atStart: 0, atEnd: 60 })
})

test.concurrent('srt: WebM of GStreamer is received', async () => {
  await using server = await ServerProcess.start()
  const video =
    'videotestsrc num-buffers=100 is-live=true ! video/x-raw,width=160,height=120,framerate=25/1 ! vp8enc deadline=1 ! m.'
  const audio = 'audiotestsrc num-buffers=200 is-live=true ! opusenc ! m.'
  const sink = `webmmux streamable=true name=m ! srtsink uri=${server.srtUrl('publish:live/test')}`
  await using publisher = startPeer('gst-launch-1.0', ['-q', ...`${sink} ${video} ${audio}`.split(' ')])
  const stream = await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 100)
  assert.deepEqual(stream.tracks.map(({ codec }) => codec).toSorted(), ['Opus', 'VP8'])
  await publisher.untilDone()
})

test.concurrent('srt: of Matroska, a track that is not carried is left out and named, and the others are there', async () => {
  await using server = await ServerProcess.start()
  const path = await clip('vp8-eac3.mkv')
  const vorbis = ['-map', '0:a', '-c:a:1', 'vorbis', '-strict', '-2', '-ac', '2']
  await using publisher = publishMatroska(server.srtUrl('publish:live/test'), path, 'ffmpeg', vorbis)
  const stream = await untilStream(server, 'live/test', ({ tracks }) => tracks.length > 1)
  assert.deepEqual(
    stream.tracks.map(({ codec }) => codec),
    ['VP8', 'E-AC-3'],
  )
  const line = logLines(server).find(({ code }) => code === 'TRACK_LEFT_OUT')
  assert.equal(line?.msg, 'Track 3 is left out: A_VORBIS is not carried')
  await publisher.untilDone()
})

test.concurrent('srt: Matroska of which packets are lost for good goes on, and nothing in it is damaged', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms', '--srt-latency', '20ms')
  // The round trip is longer than the latency: nothing can come again in time.
  const manners = { ...perfectPath, delay: 20_000, loss: 0.05 }
  await using link = await LossyLink.start({ serverPort: server.srtPort, manners, seed: 9559 })
  const path = await clip('clip.flv')
  await using player = startPlayer(server.rtmpUrl('live/test?wait=30s'))
  await untilConnections(server, 'rtmp', 1)
  const url = `srt://127.0.0.1:${link.port}?streamid=publish:live/test&latency=20000`
  await using publisher = publishMatroska(url, path, 'ffmpeg')
  await publisher.untilDone()
  const [is, was] = [await received(player), await framesOf(path, seconds)]
  for (const kind of ['video', 'audio'] as const) {
    const sent = new Set(hashes(was[kind]?.frames ?? []))
    const got = hashes(is[kind]?.frames ?? [])
    assert.ok(got.length > 10 && got.every(hash => sent.has(hash)), `${got.length} of ${kind}`)
  }
  const closed = logLines(server).find(({ code }) => code === 'SRT_CLOSED')
  assert.ok((closed?.pktRcvDrop ?? 0) > 0)
})

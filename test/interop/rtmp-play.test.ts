import assert from 'node:assert/strict'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { framesOf, probe, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceivedPart, type FrameList, parseFrameList } from '../support/frame-list.ts'
import { untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

test.concurrent('play: a late player has its picture before the next key frame comes', async () => {
  await using server = await ServerProcess.start()
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=25']
  const gopOf20Seconds = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '500', '-t', '20']
  const args = ['-v', 'error', ...picture, ...gopOf20Seconds, '-f', 'flv', server.rtmpUrl('live/test')]
  await using publisher = startPeer('ffmpeg', args)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 60)

  for (const url of [server.rtmpUrl('live/test'), server.httpUrl('/live/test.flv')]) {
    const onePicture = ['-v', 'error', '-i', url, '-frames:v', '1', '-f', 'framemd5', '-']
    await using player = startPeer('ffmpeg', onePicture)
    const { stdout, stderr } = await player.untilDone()
    assert.equal(stderr, '')
    assert.equal(parseFrameList(stdout.toString()).video?.frames.length, 1)
  }
  const { framesIn } = await untilStream(server, 'live/test', () => true)
  assert.ok(framesIn < 500, `${framesIn} pictures had come`)
  await publisher.close()
})

test.concurrent('play: of a name that nobody publishes is refused', async () => {
  await using server = await ServerProcess.start()
  await using ffmpeg = startPlayer(server.rtmpUrl('live/nobody'))
  await using rtmpdump = startPeer('rtmpdump', ['--live', '-r', server.rtmpUrl('live/nobody'), '-o', '/dev/null'])
  await using overHttp = startPlayer(server.httpUrl('/live/nobody.flv'))
  assert.notEqual((await ffmpeg.ended).code, 0)
  assert.match(ffmpeg.output, /Server error: Cannot play live\/nobody: nobody publishes it/)
  assert.notEqual((await rtmpdump.ended).code, 0)
  assert.match(rtmpdump.output, /NetStream\.Play\.StreamNotFound/)
  assert.notEqual((await overHttp.ended).code, 0)
  assert.match(overHttp.output, /404 Not Found/)
})

test.concurrent('play: a player that may wait is refused when its time is up', async () => {
  await using server = await ServerProcess.start()
  await using ffmpeg = startPlayer(server.rtmpUrl('live/nobody?wait=1s'))
  await untilConnections(server, 'rtmp', 1)
  assert.doesNotMatch(ffmpeg.output, /Server error/)
  await ffmpeg.ended
  assert.match(ffmpeg.output, /Server error: Cannot play live\/nobody: nobody publishes it/)
})

for (const [name, codecs] of [
  ['clip.flv', ['aac', 'h264']],
  ['mp3.flv', ['h264', 'mp3']],
  ['audio.flv', ['aac']],
  ['video.flv', ['h264']],
] as const) {
  test.concurrent(`play: ffprobe finds in ${name} the tracks that were published, and no others`, async () => {
    await using server = await ServerProcess.start()
    await using publisher = publishFile(server.rtmpUrl('live/test'), await clip(name), 10)
    await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 30)
    for (const url of [server.rtmpUrl('live/test'), server.httpUrl('/live/test.flv')]) {
      assert.deepEqual((await probe(url)).map(stream => stream.codec_name).sort(), codecs)
    }
    await publisher.close()
  })
}

test.concurrent('play: the API says of a live stream what ffprobe says', async () => {
  await using server = await ServerProcess.start()
  const path = await clip('clip.flv')
  await using ffmpeg = publishFile(server.rtmpUrl('live/test'), path, 10)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 30)
  const streams = await probe(server.rtmpUrl('live/test'))
  const [video, audio] = ['video', 'audio'].map(kind => streams.find(stream => stream.codec_type === kind))

  const [frames = 0, second = 0] = video?.avg_frame_rate.split('/').map(Number) ?? []
  const sent = bitsPerSecond(await framesOf(path))
  // Rates are those of arrival: what holds the publisher up for a moment makes them wrong for some seconds.
  const { tracks, publisher } = await untilStream(server, 'live/test', facts => {
    const frameRate = facts.tracks.find(({ kind }) => kind === 'video')?.frameRate ?? 0
    return Math.abs(frameRate - frames / second) < 1 && Math.abs(facts.bitrate / sent - 1) < 0.2
  })
  const [shownVideo, shownAudio] = ['video', 'audio'].map(kind => tracks.find(track => track.kind === kind))
  assert.equal(shownVideo?.codec, 'H.264')
  assert.deepEqual([shownVideo.width, shownVideo.height], [video?.width, video?.height])
  assert.equal(shownAudio?.codec, 'AAC')
  assert.deepEqual([shownAudio.sampleRate, shownAudio.channels], [Number(audio?.sample_rate), audio?.channels])
  assert.match(publisher?.encoder ?? '', /^Lavf/)

  await ffmpeg.close()
})

test.concurrent('play: SIGTERM ends players in order and the server within 5 s', async () => {
  await using server = await ServerProcess.start()
  const path = await clip('clip.flv')
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, 10)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 30)
  await using player = startPlayer(server.rtmpUrl('live/test'))
  await using viewer = startPlayer(server.httpUrl('/live/test.flv'))
  await using rtmpdump = startPeer('rtmpdump', ['--live', '-r', server.rtmpUrl('live/test'), '-o', '/dev/null'])
  await untilStream(server, 'live/test', ({ subscribers }) => {
    return subscribers.length === 3 && subscribers.every(({ bytesSent }) => bytesSent > 0)
  })

  server.program.kill('SIGTERM')
  assert.equal((await server.program.ended).code, 0)
  for (const peer of [player, viewer, rtmpdump]) await peer.untilDone()
  await publisher.ended

  const sent = await framesOf(path, 10)
  for (const peer of [player, viewer]) assertReceivedPart(await received(peer), sent)
})

/** Of a clip of 10 s. */
function bitsPerSecond({ video, audio }: FrameList): number {
  const frames = [...(video?.frames ?? []), ...(audio?.frames ?? [])]
  return frames.reduce((sum, { size }) => sum + size * 8, 0) / 10
}

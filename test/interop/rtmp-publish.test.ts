import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { framesOf, probe, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived, type FrameList, hashes, type ListedFrame } from '../support/frame-list.ts'
import { untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const name = 'live/test'

test.concurrent('publish: players stay while the publisher leaves, is killed, and returns', async ({
  onTestFinished,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-publish-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'dump.flv')
  await using server = await ServerProcess.start('--hub-resume-timeout', '3s')
  const path = await clip('clip.flv')
  await using player = startPlayer(server.rtmpUrl(`${name}?wait=30s`))
  await using viewer = startPlayer(server.httpUrl(`/${name}.flv?wait=30s`))
  await using rtmpdump = startPeer('rtmpdump', ['--live', '-r', server.rtmpUrl(`${name}?wait=30s`), '-o', file])

  await using first = publishFile(server.rtmpUrl(name), path, 2)
  await first.untilDone()
  await untilStream(server, name, ({ state }) => state === 'waiting')
  await using second = publishFile(server.rtmpUrl(name), path, 10)
  const { framesIn } = await untilStream(server, name, ({ state }) => state === 'live')
  await untilStream(server, name, facts => facts.framesIn > framesIn + 100)
  second.kill('SIGKILL')
  await untilStream(server, name, ({ state }) => state === 'waiting')
  await using third = publishFile(server.rtmpUrl(name), path, 2)
  await third.untilDone()

  await rtmpdump.untilDone()
  const whole = await framesOf(path)
  const sent = await framesOf(path, 2)
  for (const list of [await received(player), await received(viewer), await framesOf(file)]) {
    assertThreePublications(list, sent, whole)
  }
})

test.concurrent('publish: a second publisher of a name is refused and does not disturb the first', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  const path = await clip('clip.flv')
  await using player = startPlayer(server.rtmpUrl(`${name}?wait=30s`))
  await using first = publishFile(server.rtmpUrl(name), path, 4)
  await untilStream(server, name, ({ framesIn }) => framesIn > 30)
  await using second = publishFile(server.rtmpUrl(name), await clip('video.flv'), 4)
  assert.notEqual((await second.ended).code, 0)
  assert.match(second.output, /Server error: Cannot publish live\/test: somebody else publishes it/)
  await first.untilDone()
  assert.equal(assertReceived(await received(player), await framesOf(path, 4)), 0)
})

test.concurrent('publish: a second publisher takes over where the configuration says so', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms', '--hub-on-conflict', 'replace')
  const path = await clip('clip.flv')
  await using player = startPlayer(server.rtmpUrl(`${name}?wait=30s`))
  await using first = publishFile(server.rtmpUrl(name), path, 10)
  await untilStream(server, name, ({ framesIn }) => framesIn > 100)
  await using second = publishFile(server.rtmpUrl(name), path, 2)
  assert.notEqual((await first.ended).code, 0)
  await second.untilDone()

  const { video } = await received(player)
  const sent = await framesOf(path, 2)
  assertEndsWith(video?.frames ?? [], sent.video?.frames ?? [])
  assertTimeGoesOn(video?.frames ?? [])
})

test.concurrent('publish: GStreamer encodes and sends', async () => {
  await using server = await ServerProcess.start()
  const video = 'videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=25/1 ! x264enc tune=zerolatency'
  const audio = 'audiotestsrc is-live=true ! audio/x-raw,rate=44100,channels=2 ! voaacenc'
  const pipeline = `${video} key-int-max=25 ! h264parse ! flvmux name=mux streamable=true ! rtmp2sink ${audio} ! mux.`
  const args = pipeline.replace('rtmp2sink', `rtmp2sink location=${server.rtmpUrl(name)}`).split(' ')
  await using gstreamer = startPeer('gst-launch-1.0', args)
  await untilStream(server, name, ({ framesIn }) => framesIn > 60)
  const streams = await probe(server.rtmpUrl(name))
  assert.deepEqual(streams.map(stream => stream.codec_name).sort(), ['aac', 'h264'])
  const found = streams.find(stream => stream.codec_type === 'video')
  assert.deepEqual([found?.width, found?.height], [320, 240])
  await gstreamer.close()
})

/** All of `sent`, then the beginning of `whole`, then all of `sent` again, and all the time time goes on. */
function assertThreePublications(list: FrameList, sent: FrameList, whole: FrameList): void {
  for (const kind of ['video', 'audio'] as const) {
    const [frames = [], once = [], ever = []] = [list, sent, whole].map(part => part[kind]?.frames)
    const middle = frames.slice(once.length, frames.length - once.length)
    assert.ok(middle.length > 20, `${middle.length} frames of ${kind} of the second publisher`)
    assertEndsWith(frames.slice(0, once.length), once)
    assert.deepEqual(hashes(middle), hashes(ever.slice(0, middle.length)))
    assertEndsWith(frames, once)
    assertTimeGoesOn(frames)
  }
}

function assertEndsWith(frames: readonly ListedFrame[], end: readonly ListedFrame[]): void {
  assert.ok(end.length > 0)
  assert.deepEqual(hashes(frames.slice(frames.length - end.length)), hashes(end))
}

/** Decode times grow, and by no more than the pause between two publishers. */
function assertTimeGoesOn(frames: readonly ListedFrame[]): void {
  for (const [i, { dts }] of frames.entries()) {
    const step = dts - (frames[i - 1]?.dts ?? dts - 1)
    assert.ok(step > 0 && step < 3000, `frame ${i} comes ${step} ms after the one before`)
  }
}

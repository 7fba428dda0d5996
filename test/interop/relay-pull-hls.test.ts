import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { framesOf, publishOverAndOver, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceivedPart, type FrameList, frameCount, inMilliseconds } from '../support/frame-list.ts'
import { pollUntil } from '../support/polling.ts'
import { startPulling } from '../support/relay-process.ts'
import { ServedFolder } from '../support/served-folder.ts'
import { relays, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 6

const recording = ['-hls_playlist_type', 'vod']
const live = ['-hls_list_size', '6', '-hls_flags', 'delete_segments']

/** FFmpeg makes HLS of a clip, as fast as it can or, with `-re`, as it plays. */
function makeHls(input: readonly string[], output: readonly string[]): Program {
  return startPeer('ffmpeg', ['-v', 'error', ...input, '-c', 'copy', '-f', 'hls', '-hls_time', '1', ...output])
}

/** Transport streams and RTMP say less of the sound than the file does, and the first pictures may be over. */
async function assertPassedOn(server: ServerProcess, path: string): Promise<void> {
  await using player = startPlayer(server.rtmpUrl('far/test?wait=30s'))
  const is = await received(player)
  const was = inMilliseconds(await framesOf(path, seconds))
  assert.ok(frameCount(is) > 200, `${frameCount(is)} frames`)
  assertReceivedPart(is, sameSoundConfig(was, is))
}

function sameSoundConfig(list: FrameList, like: FrameList): FrameList {
  return { ...list, audio: list.audio && { ...list.audio, extradata: like.audio?.extradata } }
}

const key = 'a key of 16 byte'

const forms: Readonly<Record<string, (folder: string) => readonly string[]>> = {
  'transport stream': () => [],
  'fragmented MP4': () => ['-hls_segment_type', 'fmp4'],
  'one file in byte ranges': () => ['-hls_segment_type', 'fmp4', '-hls_flags', 'single_file'],
  'AES-128': folder => ['-hls_key_info_file', join(folder, 'key.info')],
}

for (const [name, output] of Object.entries(forms)) {
  test.concurrent(`pull of HLS: ${name} that FFmpeg made is played as it was, once`, async ({ onTestFinished }) => {
    const path = await clip('clip.mp4')
    await using folder = await ServedFolder.open()
    await writeFile(join(folder.path, 'key.bin'), key)
    await writeFile(join(folder.path, 'key.info'), `key.bin\n${join(folder.path, 'key.bin')}\n`)
    const target = [...output(folder.path), ...recording, join(folder.path, 'x.m3u8')]
    await using made = makeHls(['-t', `${seconds}`, '-i', path], target)
    await made.untilDone()
    await using server = await startPulling(folder.url('x.m3u8?secret'), onTestFinished)
    await assertPassedOn(server, path)
    await pollUntil('the end', async () => (await relays(server))[0]?.state === 'ended' || undefined)
    const [relay] = await relays(server)
    assert.equal(relay?.url, `${new URL(folder.url('')).origin}/…`)
    assert.doesNotMatch(server.program.output, /secret/)
  })
}

test.concurrent('pull of HLS: the best variant with its sound, or the one that is within limits', async ({
  onTestFinished,
}) => {
  await using folder = await ServedFolder.open()
  const variants = [
    ...['-map', '0:v', '-map', '1:v', '-map', '1:a', '-b:a', '96k'],
    ...['-var_stream_map', 'v:0,agroup:a,name:h264 v:1,agroup:a,name:h265 a:0,agroup:a,name:sound,default:yes'],
    ...['-master_pl_name', 'index.m3u8', '-hls_segment_type', 'fmp4', ...recording],
    join(folder.path, '%v.m3u8'),
  ]
  const [first, second] = [await clip('clip.mp4'), await clip('hevc.flv')]
  const inputs = [first, second].flatMap(path => ['-t', `${seconds}`, '-i', path])
  await using made = makeHls(inputs, ['-tag:v:1', 'hvc1', ...variants])
  await made.untilDone()
  await using best = await startPulling(folder.url('index.m3u8'), onTestFinished)
  await assertPassedOn(best, second)
  // FFmpeg makes 345 and 330 kbit/s of it.
  await using limited = await startPulling(folder.url('index.m3u8#maxBandwidth=340000'), onTestFinished)
  const stream = await untilStream(limited, 'far/test', ({ framesIn }) => framesIn > 20)
  assert.deepEqual(
    stream.tracks.map(({ codec }) => codec),
    ['H.264', 'AAC'],
  )
})

test.concurrent('pull of HLS: live, near its end, over a server that counts anew, with players who stay', async ({
  onTestFinished,
}) => {
  const path = await clip('clip.mp4')
  await using folder = await ServedFolder.open()
  const target = [...live, join(folder.path, 'x.m3u8')]
  const once = ['-re', '-stream_loop', '-1', '-t', '9', '-i', path]
  await using server = await startPulling(folder.url('x.m3u8'), onTestFinished, '--relay-silence-timeout', '4s')
  await using player = startPlayer(server.rtmpUrl('far/test?wait=20s'))
  await using first = makeHls(once, ['-hls_flags', '+omit_endlist', ...target])
  await first.untilDone()
  await rm(join(folder.path, 'x.m3u8'))
  await using again = makeHls(once, target)
  await again.untilDone()
  const { video } = await received(player)
  const times = video?.frames.map(({ dts }) => dts) ?? []
  assert.ok(times.length > 300, `${times.length} pictures`)
  assert.ok(times.every((time, i) => time > (times[i - 1] ?? Number.NEGATIVE_INFINITY)))
})

test.concurrent('pull of HLS: low latency, with sound of its own, from another of our kind', async ({
  onTestFinished,
}) => {
  const path = await clip('hevc.flv')
  await using origin = await ServerProcess.start()
  await using publisher = publishOverAndOver(origin.rtmpUrl('live/test'), path)
  await using server = await startPulling(origin.httpUrl('/live/test/index.m3u8'), onTestFinished)
  const stream = await untilStream(server, 'far/test', ({ framesIn }) => framesIn > 100)
  assert.deepEqual(
    stream.tracks.map(({ codec }) => codec),
    ['H.265', 'AAC'],
  )
  await publisher.close()
})

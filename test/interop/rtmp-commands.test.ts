import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import type { ProbeReport } from '../../src/cli/stream-probe.ts'
import { clip } from '../peers/clips.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived, assertReceivedPart } from '../support/frame-list.ts'
import { NginxRtmp } from '../support/nginx-rtmp.ts'
import { untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { startSluice } from '../support/sluice-command.ts'

test.concurrent('commands: what sluice publishes to the server, FFmpeg plays as it is in the file', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  const path = await clip('clip.flv')
  await using player = startPlayer(server.rtmpUrl('live/test?wait=30s'))
  await untilConnections(server, 'rtmp', 1)
  await using publisher = startSluice(['publish', path, server.rtmpUrl('live/test')])
  await publisher.untilDone()
  assert.equal(assertReceived(await received(player), await framesOf(path)), 0)
})

for (const name of ['clip.flv', 'audio.flv'] as const) {
  test.concurrent(`commands: sluice publishes ${name} to nginx-rtmp, and plays it from there into a file`, async ({
    onTestFinished,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-commands-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await using nginx = await NginxRtmp.start()
    const path = await clip(name)
    const file = join(folder, 'played.flv')
    await using publisher = startSluice(['publish', '--loop', path, nginx.url('test')])
    await using player = startSluice(['play', nginx.url('test'), '-o', file, '--duration', '3s'])
    await player.untilDone()
    const played = await framesOf(file)
    assert.equal(assertReceivedPart(played, await framesOf(path)) >= 0, true)
    assert.equal((await publisher.close()).code, 0)
  })
}

test.concurrent('commands: Ctrl-C ends sluice play in order, and the file is whole', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-commands-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'played.flv')
  await using server = await ServerProcess.start()
  const path = await clip('clip.flv')
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, 8)
  await untilStream(server, 'live/test', ({ state }) => state === 'live')
  await using player = startSluice(['play', server.rtmpUrl('live/test'), '-o', file])
  await untilStream(server, 'live/test', ({ subscribers }) => (subscribers[0]?.bytesSent ?? 0) > 50_000)
  player.kill('SIGINT')
  assert.deepEqual([(await player.ended).code, player.output], [0, ''])
  assertReceivedPart(await framesOf(file), await framesOf(path))
  await publisher.close()
})

test.concurrent('commands: sluice play writes to a pipe what FFmpeg reads', async () => {
  await using server = await ServerProcess.start()
  const path = await clip('clip.flv')
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, 6)
  await untilStream(server, 'live/test', ({ state }) => state === 'live')
  await using player = startSluice(['play', server.rtmpUrl('live/test'), '--duration', '2s'])
  await using ffmpeg = startPlayer('pipe:0')
  const { stdout } = await player.untilDone()
  ffmpeg.stdin.end(stdout)
  assertReceivedPart(await received(ffmpeg), await framesOf(path))
  await publisher.close()
})

test.concurrent('commands: sluice probe tells what FFmpeg encoded', async () => {
  await using server = await ServerProcess.start()
  await using publisher = publishFile(server.rtmpUrl('live/test'), await clip('clip.flv'), 8)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 10)
  await using probe = startSluice(['probe', server.rtmpUrl('live/test'), '--json', '--duration', '4s'])
  const { tracks } = JSON.parse((await probe.untilDone()).stdout.toString()) as ProbeReport
  const [video, audio] = tracks
  assert.deepEqual(
    [video?.codec, video?.width, video?.height, video?.frameRate, video?.gop],
    ['H.264', 320, 240, 25, { averageMs: 1000, longestMs: 1000, averageFrames: 25 }],
  )
  assert.deepEqual([audio?.codec, audio?.sampleRate, audio?.channels], ['AAC', 44_100, 2])
  assert.ok((video?.jitterMs ?? 1e3) < 40, `jitter ${video?.jitterMs} ms`)
  await publisher.close()
})

const failures: readonly { readonly args: readonly string[]; readonly code: number; readonly says: RegExp }[] = [
  { args: ['publish'], code: 2, says: /^sluice: .*it takes FILE and URL, has 0 arguments\n$/ },
  { args: ['play', 'rtmp://x/y', '--speed'], code: 2, says: /^sluice: .*Unknown option '--speed'/ },
  { args: ['probe', 'rtmp://x/y', '--duration', 'long'], code: 2, says: /^sluice: Cannot use --duration: / },
  {
    args: ['play', 'http://host/live/secret'],
    code: 1,
    says: /^sluice: Cannot use the URL http:\/\/host\/…: [^\n]*\n$/,
  },
  {
    args: ['play', 'rtmp://127.0.0.1:1/live/secret'],
    code: 1,
    says: /^sluice: Cannot connect to [^\n]*\/live\/…: nobody listens there\n$/,
  },
  { args: ['publish', '/nowhere.flv', 'rtmp://127.0.0.1:1/live/secret'], code: 1, says: /^sluice: Cannot connect/ },
]

for (const { args, code, says } of failures) {
  test.concurrent(`commands: "sluice ${args.join(' ')}" fails with ${code} and one line`, async () => {
    await using program = startSluice(args)
    assert.equal((await program.ended).code, code)
    assert.match(program.output, says)
  })
}

test.concurrent('commands: a server that says no is quoted', async () => {
  await using server = await ServerProcess.start()
  await using program = startSluice(['play', server.rtmpUrl('live/nothing')])
  assert.equal((await program.ended).code, 1)
  assert.match(
    program.output,
    /^sluice: Cannot play rtmp:.*the server says "Cannot play live\/….*\(NetStream\.Play\.StreamNotFound\)\n$/,
  )
})

test.concurrent('commands: asked by the API to reconnect elsewhere, publish and play go there', async ({
  onTestFinished,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-commands-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'played.flv')
  await using here = await ServerProcess.start('--hub-resume-timeout', '10s')
  await using there = await ServerProcess.start('--hub-resume-timeout', '500ms', '--play-wait', '10s')
  await using publisher = startSluice(['publish', '--loop', await clip('clip.flv'), here.rtmpUrl('live/test')])
  await untilStream(here, 'live/test', ({ framesIn }) => framesIn > 20)
  await using player = startSluice(['play', here.rtmpUrl('live/test'), '-o', file])
  await untilStream(here, 'live/test', ({ subscribers }) => (subscribers[0]?.bytesSent ?? 0) > 60_000)
  const order = JSON.stringify({ url: there.rtmpUrl('live') })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(here.httpUrl('/api/v1/reconnect'), { method: 'POST', headers, body: order })
  assert.equal(((await answer.json()) as { connections: string[] }).connections.length, 2)
  await untilStream(there, 'live/test', ({ subscribers }) => (subscribers[0]?.bytesSent ?? 0) > 60_000)
  assert.equal((await publisher.close()).code, 0)
  await player.untilDone()
  assert.ok(((await framesOf(file)).video?.frames.length ?? 0) > 40)
})

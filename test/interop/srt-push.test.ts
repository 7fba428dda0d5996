import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { assertRelayed, framesOfTs, listed, listFrames } from '../support/common-form.ts'
import { freeUdpPort } from '../support/ports.ts'
import { startPushing, untilRelay } from '../support/relay-process.ts'
import { metric, relays, untilConnections, untilLogged, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { gstreamer, srtLiveTransmit } from '../support/srt-pipes.ts'

const forms = ['h264', 'aac'] as const
const passphrase = 'correct-horse-battery'
/** It begins at the next key frame, a second of frames away at most, and FFmpeg drops its last frames when SRT ends. */
const missing = { atStart: 80, atEnd: 12 }

/** FFmpeg publishes the first seconds of a clip over RTMP, at its own pace. */
async function publishClip(server: ServerProcess, ...input: readonly string[]): Promise<Program> {
  const clipAt = ['-v', 'error', '-re', ...input, '-i', await clip('clip.flv'), '-c', 'copy', '-f', 'flv']
  return startPeer('ffmpeg', [...clipAt, server.rtmpUrl('live/test')])
}

const forSeconds = ['-t', '4']
const forEver = ['-stream_loop', '-1']

async function sentFrames(): ReturnType<typeof listed> {
  return listed(listFrames(await clip('clip.flv'), forms, ...forSeconds))
}

for (const [what, ours, theirs] of [
  ['a listener', (port: number) => `srt://127.0.0.1:${port}?streamid=any`, 'listener'],
  ['a caller', (port: number) => `srt://127.0.0.1:${port}?mode=listener`, 'caller'],
] as const) {
  test.concurrent(`srt push: FFmpeg, ${what}, plays what was published`, async () => {
    const port = await freeUdpPort()
    await using server = await startPushing(ours(port))
    await using player = listFrames(`srt://127.0.0.1:${port}?mode=${theirs}&timeout=10000000`, forms)
    await using publisher = await publishClip(server, ...forSeconds)
    await untilRelay(server, ({ state }) => state === 'sending')
    await publisher.untilDone()
    assertRelayed(await listed(player), await sentFrames(), missing)
  })
}

for (const [what, ours, theirs] of [
  ['nothing encrypted', '', ''],
  ['16 bytes', `passphrase=${passphrase}`, `&passphrase=${passphrase}`],
  ['keys that change', `passphrase=${passphrase}&kmrefreshrate=40`, `&passphrase=${passphrase}`],
  ['24 bytes that it asks for', `passphrase=${passphrase}`, `&passphrase=${passphrase}&pbkeylen=24`],
  ['32 bytes that we choose', `passphrase=${passphrase}&pbkeylen=32`, `&passphrase=${passphrase}&pbkeylen=24`],
] as const) {
  test.concurrent(`srt push: srt-live-transmit takes the stream, ${what}`, async () => {
    const port = await freeUdpPort()
    await using receiver = srtLiveTransmit.from(`srt://127.0.0.1:${port}?mode=listener&latency=300${theirs}`)
    await using server = await startPushing(`srt://127.0.0.1:${port}?${ours}`)
    await takeFrom(server, receiver)
    assert.ok(!server.program.output.includes(passphrase))
  })
}

test.concurrent('srt push: srt-live-transmit takes the stream, met half-way and encrypted', async () => {
  const [ours, theirs] = [await freeUdpPort(), await freeUdpPort()]
  const secret = `&passphrase=${passphrase}&pbkeylen=24`
  await using receiver = srtLiveTransmit.from(`srt://127.0.0.1:${ours}?mode=rendezvous&port=${theirs}${secret}`)
  await using server = await startPushing(`srt://127.0.0.1:${theirs}?mode=rendezvous&port=${ours}${secret}`)
  await takeFrom(server, receiver)
})

test.concurrent('srt push: GStreamer takes the stream, as listener and encrypted', async () => {
  const port = await freeUdpPort()
  const secret = `passphrase=${passphrase}&pbkeylen=16`
  await using receiver = gstreamer.from(`srt://127.0.0.1:${port}?mode=listener&${secret}`)
  await using server = await startPushing(`srt://127.0.0.1:${port}?${secret}`)
  await takeFrom(server, receiver)
})

/** Publish the clip to a server that sends it to a program, and compare what that prints by the end. */
async function takeFrom(server: ServerProcess, receiver: Program): Promise<void> {
  await using publisher = await publishClip(server, ...forSeconds)
  await publisher.untilDone()
  const { stdout } = await receiver.ended
  assertRelayed(await framesOfTs(stdout, forms), await sentFrames(), { ...missing, atEnd: 0 })
}

test.concurrent('srt push: another of our kind, which is told the name of each stream', async () => {
  await using target = await ServerProcess.start('--hub-resume-timeout', '500ms')
  const url = `srt://127.0.0.1:${target.srtPort}?streamid=publish:far/{key}?token=secret-token`
  await using server = await startPushing(url)
  await using player = listFrames(target.rtmpUrl('far/test?wait=30s'), forms)
  await untilConnections(target, 'rtmp', 1)
  await using publisher = await publishClip(server, ...forSeconds)
  await untilStream(target, 'far/test', ({ framesIn }) => framesIn > 50)
  const { subscribers } = await untilStream(server, 'live/test', facts => facts.subscribers.length > 0)
  assert.ok((subscribers[0]?.srt?.pktSentUnique ?? 0) > 10)
  assert.equal(await metric(server, 'sluice_relays{direction="push",state="sending"}'), 1)
  await publisher.untilDone()
  assertRelayed(await listed(player), await sentFrames(), missing)
  assert.ok(!server.program.output.includes('secret-token'))
})

test.concurrent('srt push: a peer that is killed is missed, and sent to again when it is back', async () => {
  const port = await freeUdpPort()
  await using server = await startPushing(`srt://127.0.0.1:${port}`)
  await using publisher = await publishClip(server, ...forEver)
  await untilRelay(server, ({ lastError }) => lastError?.endsWith('nobody listens there') === true)
  const listener = `srt://127.0.0.1:${port}?mode=listener`
  {
    await using first = srtLiveTransmit.from(listener)
    await untilRelay(server, ({ state, bytes }) => state === 'sending' && bytes > 10_000)
    first.kill('SIGKILL')
  }
  await untilLogged(server, 'RELAY_STOPPED', `Relay has stopped: ${lostWords(port)}`)
  const [before] = await relays(server)
  await using second = srtLiveTransmit.from(listener)
  await untilRelay(server, ({ bytes }) => bytes > (before?.bytes ?? 0) + 10_000)
  await publisher.close()
  assert.ok((await second.ended).stdout.length > 0)
})

function lostWords(port: number): string {
  return `Cannot go on with srt://127.0.0.1:${port}: the other side has fallen silent`
}

describe('srt push: who refuses us', () => {
  for (const [what, streamId, reason] of [
    ['does not know what we want', 'fetch', 'the server does not have the stream'],
    ['cannot read the stream id', '%23!x', 'the server cannot read the stream id'],
  ] as const) {
    test.concurrent(`${what}: we say so`, async () => {
      await using target = await ServerProcess.start('--srt-plain-stream-id', 'read')
      await using server = await startPushing(`srt://127.0.0.1:${target.srtPort}?streamid=${streamId}`)
      await using publisher = await publishClip(server, ...forEver)
      const { lastError } = await untilRelay(server, relay => relay.lastError !== null)
      assert.equal(lastError, `Cannot connect to srt://127.0.0.1:${target.srtPort}: ${reason}`)
      await publisher.close()
    })
  }
})

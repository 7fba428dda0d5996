import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { assertRelayed, framesOfTs, listed, listFrames } from '../support/common-form.ts'
import { LossyLink } from '../support/lossy-link.ts'
import { perfectPath } from '../support/lossy-path.ts'
import { freeUdpPort } from '../support/ports.ts'
import { startPulling, untilRelay } from '../support/relay-process.ts'
import { untilConnections, untilLogged, untilStream } from '../support/server-facts.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { gstreamer, srtLiveTransmit } from '../support/srt-pipes.ts'

const forms = ['h264', 'aac'] as const
const passphrase = 'correct-horse-battery'
/** What is on its way when a sender closes its connection. */
const missing = { atStart: 0, atEnd: 20 }

const badNetwork = { ...perfectPath, loss: 0.05, delay: 10_000, jitter: 20_000 }

/** FFmpeg sends the first seconds of a clip as a transport stream, at its own pace; also to its output. */
async function sendClip(...outputs: readonly string[]): Promise<Program> {
  const input = ['-v', 'error', '-re', '-t', '3', '-i', await clip('clip.flv'), '-map', '0', '-c', 'copy']
  const targets = outputs.map(output => `[f=mpegts]${output.replaceAll(/[:&]/g, '\\$&')}`)
  return startPeer('ffmpeg', [...input, '-f', 'tee', targets.join('|')])
}

/** Our player hears everything: it waits for the stream. */
async function startPlayer(server: ServerProcess): Promise<Program> {
  const player = listFrames(server.rtmpUrl('far/test?wait=15s'), forms)
  await untilConnections(server, 'rtmp', 1)
  return player
}

for (const [what, url, theirs] of [
  ['a listener', (port: number) => `srt://127.0.0.1:${port}?streamid=any`, 'listener'],
  ['a caller, as listener', (port: number) => `srt://127.0.0.1:${port}?mode=listener`, 'caller'],
] as const) {
  test.concurrent(`srt pull: FFmpeg, ${what}, again and again`, async ({ onTestFinished }) => {
    const port = await freeUdpPort()
    await using server = await startPulling(url(port), onTestFinished)
    for (let round = 0; round < 2; round++) {
      await using player = await startPlayer(server)
      await using source = await sendClip('pipe:1', `srt://127.0.0.1:${port}?mode=${theirs}`)
      const { stdout } = await source.untilDone()
      assertRelayed(await listed(player), await framesOfTs(stdout, forms), missing)
    }
  })
}

for (const [what, ours, theirs] of [
  ['16 bytes', '', '?mode=listener&pbkeylen=16'],
  ['24 bytes that it asks for', '', '?mode=listener&pbkeylen=24'],
  ['32 bytes that we ask for', '&pbkeylen=32', '?mode=listener'],
  ['keys that change', '', '?mode=listener&kmrefreshrate=40&kmpreannounce=15'],
] as const) {
  test.concurrent(`srt pull: srt-live-transmit, encrypted with ${what}`, async ({ onTestFinished }) => {
    const port = await freeUdpPort()
    const secret = `&passphrase=${passphrase}`
    await using sender = srtLiveTransmit.to(`srt://127.0.0.1:${port}${theirs}${secret}`)
    const url = `srt://127.0.0.1:${port}?latency=200${secret}${ours}`
    await using server = await startPulling(url, onTestFinished)
    await pullFromPipe(server, sender)
    assert.ok(!server.program.output.includes(passphrase))
  })
}

for (const secret of ['', `&passphrase=${passphrase}`]) {
  test.concurrent(`srt pull: srt-live-transmit, met half-way${secret && ', encrypted'}`, async ({ onTestFinished }) => {
    const [ours, theirs] = [await freeUdpPort(), await freeUdpPort()]
    const url = `srt://127.0.0.1:${theirs}?mode=rendezvous&port=${ours}${secret}`
    await using server = await startPulling(url, onTestFinished)
    await using sender = srtLiveTransmit.to(`srt://127.0.0.1:${ours}?mode=rendezvous&port=${theirs}${secret}`)
    await pullFromPipe(server, sender)
  })
}

test.concurrent('srt pull: GStreamer, a listener, encrypted', async ({ onTestFinished }) => {
  const port = await freeUdpPort()
  const secret = `passphrase=${passphrase}&pbkeylen=32`
  await using sender = gstreamer.to(`srt://127.0.0.1:${port}?mode=listener&${secret}`)
  await using server = await startPulling(`srt://127.0.0.1:${port}?${secret}`, onTestFinished)
  await using player = await startPlayer(server)
  await using source = await sendClip('pipe:1')
  source.pipeTo(sender)
  const { stdout } = await source.untilDone()
  await gstreamer.finish(sender)
  assertRelayed(await listed(player), await framesOfTs(stdout, forms), missing)
})

test.concurrent('srt pull: over a network that loses 5 % and shuffles the rest, nothing is missing', async ({
  onTestFinished,
}) => {
  const port = await freeUdpPort()
  await using link = await LossyLink.start({ serverPort: port, manners: badNetwork, seed: 11 })
  await using sender = srtLiveTransmit.to(`srt://127.0.0.1:${port}?mode=listener&passphrase=${passphrase}`)
  const url = `srt://127.0.0.1:${link.port}?latency=400&passphrase=${passphrase}`
  await using server = await startPulling(url, onTestFinished)
  await pullFromPipe(server, sender)
  assert.ok(link.toClient.lost > 5, `${link.toClient.lost} lost`)
})

/** Send the clip through a program that is connected to the server, and compare what is played. */
async function pullFromPipe(server: ServerProcess, sender: Program): Promise<void> {
  await sender.untilPrinted(/SRT target connect/)
  await using player = await startPlayer(server)
  await using source = await sendClip('pipe:1')
  source.pipeTo(sender)
  const { stdout } = await source.untilDone()
  await srtLiveTransmit.finish(sender)
  assertRelayed(await listed(player), await framesOfTs(stdout, forms), missing)
}

test.concurrent('srt pull: a peer that is killed is missed, and heard again when it is back', async ({
  onTestFinished,
}) => {
  const port = await freeUdpPort()
  await using server = await startPulling(`srt://127.0.0.1:${port}`, onTestFinished)
  await untilRelay(server, ({ lastError }) => lastError?.endsWith('nobody listens there') === true)
  {
    await using first = await sendClip(`srt://127.0.0.1:${port}?mode=listener`)
    await untilStream(server, 'far/test', ({ framesIn }) => framesIn > 20)
    first.kill('SIGKILL')
  }
  const { lastError } = await untilRelay(server, relay => relay.state === 'waiting' && relay.lastError !== null)
  assert.match(lastError ?? '', /^Cannot (go on with|connect to) srt:/)
  await using second = await sendClip(`srt://127.0.0.1:${port}?mode=listener`)
  await untilStream(server, 'far/test', ({ framesIn }) => framesIn > 20)
  await second.untilDone()
})

describe('srt pull: who cannot be talked to', () => {
  for (const [what, ours, theirs, reason] of [
    ['has another passphrase', `passphrase=${passphrase}`, 'passphrase=something-else', 'the passphrase is wrong'],
    ['has a passphrase', '', `passphrase=${passphrase}`, 'both sides must have a passphrase, or neither'],
    ['has no passphrase', `passphrase=${passphrase}`, '', 'both sides must have a passphrase, or neither'],
  ] as const) {
    test.concurrent(`${what}: we say so`, async ({ onTestFinished }) => {
      const port = await freeUdpPort()
      await using listener = srtLiveTransmit.to(`srt://127.0.0.1:${port}?mode=listener&${theirs}`)
      await using server = await startPulling(`srt://127.0.0.1:${port}?${ours}`, onTestFinished)
      const relay = await untilRelay(server, ({ lastError }) => lastError?.endsWith(reason) === true)
      assert.equal(relay.lastError, `Cannot connect to srt://127.0.0.1:${port}: ${reason}`)
      assert.ok(!server.program.output.includes(passphrase))
      await listener.close()
    })
  }

  test.concurrent('a caller with another passphrase is told so, and one with the right one is let in', async ({
    onTestFinished,
  }) => {
    const port = await freeUdpPort()
    const url = (secret: string) => `srt://127.0.0.1:${port}?mode=caller&passphrase=${secret}`
    await using server = await startPulling(`srt://:${port}?passphrase=${passphrase}`, onTestFinished)
    await using wrong = srtLiveTransmit.to(url('something-else'))
    await wrong.untilPrinted(/rejection HS response: ERROR:BADSECRET\n/)
    await untilLogged(server, 'SRT_REFUSED', 'Caller refused: the passphrase is wrong')
    await using right = await sendClip(url(passphrase))
    await untilStream(server, 'far/test', ({ framesIn }) => framesIn > 20)
    await right.untilDone()
  })
})

test.concurrent('srt pull: a URL that is none is an error at the start, which does not repeat it', async ({
  onTestFinished,
}) => {
  await assert.rejects(startPulling('srt://host:9000?latency=200000', onTestFinished), /latency must be 0 to 60000/)
})

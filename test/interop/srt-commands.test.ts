import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { type ClipName, clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { assertRelayed, type Forms, framesOfTs, listed, listFrames } from '../support/common-form.ts'
import { freeUdpPort } from '../support/ports.ts'
import { untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { startSluice } from '../support/sluice-command.ts'
import { srtLiveTransmit } from '../support/srt-pipes.ts'

const forms = ['h264', 'aac'] as const
const secret = '&passphrase=correct-horse-battery&pbkeylen=32'

for (const [name, nameForms] of [
  ['clip.flv', ['h264', 'aac']],
  ['h264-ac3.mkv', ['h264']],
] as const satisfies readonly (readonly [ClipName, Forms])[]) {
  test.concurrent(`srt commands: publish sends ${name} to libsrt's program, encrypted, as it is`, async () => {
    const port = await freeUdpPort()
    const path = await clip(name)
    await using receiver = srtLiveTransmit.from(`srt://127.0.0.1:${port}?mode=listener${secret}`)
    // The receiver must be there first: nobody waits for a listener.
    await receiver.untilPrinted(/Media path/)
    await using publisher = startSluice(['publish', path, `srt://127.0.0.1:${port}?streamid=any${secret}`])
    assert.equal((await publisher.ended).code, 0)
    const { stdout } = await receiver.ended
    assertRelayed(await framesOfTs(stdout, nameForms), await listed(listFrames(path, nameForms)))
    assert.equal(publisher.output, '')
  })
}

test.concurrent('srt commands: what is published in a loop is played, and probed', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-commands-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'played.ts')
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  const path = await clip('clip.flv')
  await using publisher = startSluice(['publish', '--loop', path, server.srtUrl('publish:live/test')])
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 20)
  await using player = startSluice(['play', server.srtUrl('read:live/test'), '-o', file, '--duration', '3s'])
  await using probe = startSluice(['probe', server.srtUrl('read:live/test'), '--json', '--duration', '3s'])
  const { stdout } = await probe.untilDone()
  const { tracks } = JSON.parse(stdout.toString()) as { tracks: readonly { codec: string; frames: number }[] }
  assert.deepEqual(
    tracks.map(({ codec }) => codec),
    ['H.264', 'AAC'],
  )
  assert.ok((tracks[0]?.frames ?? 0) > 30, stdout.toString())
  await player.untilDone()
  const missing = { atStart: Number.POSITIVE_INFINITY, atEnd: Number.POSITIVE_INFINITY, isCut: true }
  assertRelayed(await framesOfTs(await readFile(file), forms), await listed(listFrames(path, forms)), missing)
  assert.equal((await publisher.close()).code, 0)
})

test.concurrent('srt commands: probe reads Matroska as well', async () => {
  const port = await freeUdpPort()
  await using probe = startSluice(['probe', `srt://:${port}`, '--json', '--duration', '2s'])
  const path = await clip('vp9-opus.flv')
  const url = `srt://127.0.0.1:${port}?connect_timeout=30000&pkt_size=1316`
  const copied = ['-v', 'error', '-re', '-i', path, '-c', 'copy', '-f', 'matroska']
  await using publisher = startPeer('ffmpeg-9', [...copied, url])
  const { stdout } = await probe.untilDone()
  const { tracks } = JSON.parse(stdout.toString()) as { tracks: readonly { codec: string; frames: number }[] }
  const codecs = tracks.map(({ codec }) => codec)
  assert.deepEqual(codecs, ['VP9', 'Opus'], `${stdout.toString()}${publisher.output}`)
})

test.concurrent('srt commands: play waits for a caller, and ends in order when it leaves', async () => {
  const port = await freeUdpPort()
  await using server = await ServerProcess.start(
    '--relay-to',
    `srt://127.0.0.1:${port}`,
    '--hub-resume-timeout',
    '500ms',
  )
  await using player = startSluice(['play', `srt://:${port}`])
  const path = await clip('clip.flv')
  await using publisher = startSluice(['publish', path, server.rtmpUrl('live/test')])
  await untilConnections(server, 'rtmp', 1)
  await publisher.untilDone()
  const { stdout } = await player.untilDone()
  const missing = { atStart: 80, atEnd: 0 }
  assertRelayed(await framesOfTs(stdout, forms), await listed(listFrames(path, forms)), missing)
})

for (const [args, says] of [
  [['play', 'srt://127.0.0.1:1?passphrase=short'], /^sluice: Cannot use the URL: passphrase must be 10 to 79 bytes/],
  [
    ['probe', 'srt://127.0.0.1:1?streamid=x'],
    /^sluice: Cannot connect to srt:\/\/127\.0\.0\.1:1: nobody listens there\n$/,
  ],
  [['publish', '/nowhere.ts', 'srt://127.0.0.1:1'], /^sluice: Cannot connect to srt:\/\/127\.0\.0\.1:1: nobody/],
] as const) {
  test.concurrent(`srt commands: "sluice ${args.join(' ')}" fails in one line`, async () => {
    await using program = startSluice(args)
    assert.equal((await program.ended).code, 1)
    assert.match(program.output, says)
  })
}

test.concurrent('srt commands: a file that MPEG-TS does not carry is not sent', async () => {
  await using server = await ServerProcess.start()
  const url = server.srtUrl('publish:live/test')
  await using program = startSluice(['publish', await clip('sorenson.flv'), url])
  assert.equal((await program.ended).code, 1)
  assert.match(program.output, /MPEG-TS does not carry .*it must have a track that MPEG-TS carries, has none\n$/s)
})

test.concurrent('srt commands: who is refused is told why', async () => {
  await using server = await ServerProcess.start()
  await using program = startSluice(['play', server.srtUrl('read:live/nothing')])
  assert.equal((await program.ended).code, 1)
  assert.match(program.output, /^sluice: Cannot connect to srt:.*: the server does not have the stream\n$/)
})

import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { assertRelayed, framesOfTs, listed, listFrames } from '../support/common-form.ts'
import { untilConnections } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { gstreamer, srtLiveTransmit } from '../support/srt-pipes.ts'

const forms = ['h264', 'aac'] as const
const passphrase = 'correct-horse-battery'
/** What is on its way when a sender closes its connection. */
const unsent = 20

/** FFmpeg prints the first seconds of the clip as a transport stream, at its own pace. */
async function paceClip(): Promise<Program> {
  const input = ['-v', 'error', '-re', '-t', '3', '-i', await clip('clip.flv')]
  return startPeer('ffmpeg', [...input, '-c', 'copy', '-f', 'mpegts', '-'])
}

for (const pipe of [srtLiveTransmit, gstreamer]) {
  describe(`srt: ${pipe.name}`, () => {
    for (const [secret, options] of [
      ['nothing encrypted', ''],
      ['AES-128', '&pbkeylen=16'],
      ['AES-192', '&pbkeylen=24'],
      ['AES-256', '&pbkeylen=32'],
    ] as const) {
      test.concurrent(`publishes and plays, ${secret}`, async () => {
        // Of 180 packets, new keys for each 40, from both sides.
        const ourRefresh = ['--srt-key-refresh-period', '40', '--srt-key-refresh-pre-announcement', '15']
        const encrypted = options === '' ? [] : ['--srt-passphrase', passphrase, ...ourRefresh]
        await using server = await ServerProcess.start('--hub-resume-timeout', '500ms', ...encrypted)
        const refresh = options && `${options}&passphrase=${passphrase}&kmrefreshrate=40&kmpreannounce=15`
        await using rtmpPlayer = listFrames(server.rtmpUrl('live/test?wait=30s'), forms)
        await using player = pipe.from(server.srtUrl('read:live/test?wait=30s', refresh))
        await untilConnections(server, 'rtmp', 1)
        await untilConnections(server, 'srt', 1)
        await using source = await paceClip()
        await using publisher = pipe.to(server.srtUrl('publish:live/test', refresh))
        source.pipeTo(publisher)
        const { stdout } = await source.untilDone()
        await pipe.finish(publisher)

        const sent = await framesOfTs(stdout, forms)
        const missing = { atStart: 0, atEnd: unsent }
        assertRelayed(await listed(rtmpPlayer), sent, missing)
        assertRelayed(await framesOfTs((await player.ended).stdout, forms), sent, missing)
      })
    }
  })
}

for (const [what, flags, options, reason] of [
  ['another passphrase', ['--srt-passphrase', passphrase], '&passphrase=something-else', 'BADSECRET'],
  ['no passphrase', ['--srt-passphrase', passphrase], '', 'UNSECURE'],
  ['a passphrase where none is wanted', [], '&passphrase=something-else', 'UNSECURE'],
] as const) {
  test.concurrent(`srt: srt-live-transmit with ${what} is told ${reason}`, async () => {
    await using server = await ServerProcess.start(...flags)
    await using publisher = srtLiveTransmit.to(server.srtUrl('publish:live/test', options))
    await publisher.untilPrinted(new RegExp(`rejection HS response: ERROR:${reason}\\n`))
    await publisher.ended
    await using player = srtLiveTransmit.from(server.srtUrl('read:live/test', options))
    await player.untilPrinted(new RegExp(`rejection HS response: ERROR:${reason}\\n`))
    assert.ok(!server.program.output.includes(passphrase))
  })
}

test.concurrent('srt: srt-live-transmit behind a tunnel, where packets must be small', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  await using player = srtLiveTransmit.from(server.srtUrl('read:live/test?wait=30s', '&mss=1000'))
  await untilConnections(server, 'srt', 1)
  await using source = await paceClip()
  await using publisher = srtLiveTransmit.to(server.srtUrl('publish:live/test', '&mss=1000'), 5 * 188)
  source.pipeTo(publisher)
  const { stdout } = await source.untilDone()
  await srtLiveTransmit.finish(publisher)
  const [sent, got] = [stdout, (await player.ended).stdout]
  const missing = { atStart: 0, atEnd: unsent }
  assertRelayed(await framesOfTs(got, forms), await framesOfTs(sent, forms), missing)
})

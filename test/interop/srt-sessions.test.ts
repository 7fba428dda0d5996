import assert from 'node:assert/strict'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { assertRelayed, framesOfTs, listed, listFrames } from '../support/common-form.ts'
import { type Ffmpeg, publishFile } from '../support/ffmpeg-peers.ts'
import type { ListedTrack } from '../support/frame-list.ts'
import { untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { srtLiveTransmit } from '../support/srt-pipes.ts'
import { analyseTs } from '../support/ts-analyser.ts'

const seconds = 3
const forms = ['h264', 'aac'] as const
/** Pictures between two key frames of the clip. */
const gop = 25
/** What FFmpeg leaves unsent when it closes an SRT connection. */
const unsent = 20

async function publishClip(url: string, ffmpeg: Ffmpeg = 'ffmpeg', length = seconds): Promise<Program> {
  const input = ['-v', 'error', '-re', '-t', `${length}`, '-i', await clip('clip.flv')]
  return startPeer(ffmpeg, [...input, '-c', 'copy', '-f', 'mpegts', url])
}

async function sentFrames(): Promise<readonly ListedTrack[]> {
  await using source = listFrames(await clip('clip.flv'), forms, '-t', `${seconds}`)
  return await listed(source)
}

test.concurrent('srt: a player that waits for long is let in meanwhile, and misses nothing', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  await using player = srtLiveTransmit.from(server.srtUrl('read:live/test?wait=20s'))
  await player.untilPrinted(/Connection established/)
  await using publisher = await publishClip(server.srtUrl('publish:live/test'))
  await publisher.untilDone()
  const { stdout } = await player.ended
  assertRelayed(await framesOfTs(stdout, forms), await sentFrames(), { atStart: 0, atEnd: unsent })
})

test.concurrent('srt: all of it works over IPv6', async () => {
  await using server = await ServerProcess.start('--srt-listen', '[::1]:0', '--hub-resume-timeout', '500ms')
  const url = (streamId: string): string => `srt://[::1]:${server.srtPort}?streamid=${encodeURIComponent(streamId)}`
  await using player = srtLiveTransmit.from(url('read:live/test?wait=20s'))
  await untilConnections(server, 'srt', 1)
  await using publisher = await publishClip(url('publish:live/test'))
  await publisher.untilDone()
  const { stdout } = await player.ended
  assertRelayed(await framesOfTs(stdout, forms), await sentFrames(), { atStart: 0, atEnd: unsent })
})

test.concurrent('srt: a player whose wait is over is let go', async () => {
  await using server = await ServerProcess.start()
  await using player = srtLiveTransmit.from(server.srtUrl('read:live/test?wait=1500ms'))
  await player.untilPrinted(/Connection established/)
  await player.ended
  await server.program.untilPrinted(/"code":"SRT_PLAY_REFUSED".*Play of \\"live\/test\\" refused: nobody publishes it/)
})

test.concurrent('srt: a player of what MPEG-TS does not carry is told so', async () => {
  await using server = await ServerProcess.start()
  await using publisher = publishFile(server.rtmpUrl('live/test'), await clip('sorenson.flv'), 10)
  await untilStream(server, 'live/test', ({ tracks }) => tracks.filter(({ kind }) => kind !== 'data').length === 2)
  await using player = srtLiveTransmit.from(server.srtUrl('read:live/test'))
  await player.untilPrinted(/rejection HS response: ERROR:PREDEFINED:415\n/)
  await server.program.untilPrinted(/refused: MPEG-TS carries none of its tracks \(Sorenson H.263, ADPCM\)/)
  await publisher.close()
})

test.concurrent('srt: FFmpeg 9 comes late, and gets the rest from a key frame on', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  await using publisher = await publishClip(server.srtUrl('publish:live/test'), 'ffmpeg-9')
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 90)
  await using player = listFrames(server.srtUrl('play:live/test'), forms)
  await publisher.untilDone()
  const [got, sent] = [await listed(player), await sentFrames()]
  assertRelayed(got, sent, { atStart: 100, atEnd: unsent })
  const missed = sent[0]?.frames.findIndex(({ hash }) => hash === got[0]?.frames[0]?.hash) ?? 0
  assert.ok(missed > 0 && missed % gop === 0, `${missed} pictures`)
})

test.concurrent('srt: a publisher that was killed comes back, and its players go on', async () => {
  await using server = await ServerProcess.start()
  await using player = srtLiveTransmit.from(server.srtUrl('read:live/test?wait=30s'))
  await using rtmpPlayer = listFrames(server.rtmpUrl('live/test?wait=30s'), forms)
  await untilConnections(server, 'srt', 1)
  await untilConnections(server, 'rtmp', 1)
  await using first = await publishClip(server.srtUrl('publish:live/test'), 'ffmpeg', 10)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 100)
  first.kill('SIGKILL')
  await server.program.untilPrinted(/"code":"SRT_TIMEOUT".*Peer fell silent/)
  await using second = await publishClip(server.srtUrl('publish:live/test'))
  await second.untilDone()
  await server.program.close()

  const bytes = (await player.ended).stdout
  assert.deepEqual((await analyseTs(bytes)).complaints, [])
  const sent = await sentFrames()
  for (const tracks of [await framesOfTs(bytes, forms), await listed(rtmpPlayer)]) {
    assert.equal(tracks.length, 2)
    for (const [index, { frames }] of tracks.entries()) {
      const again = frames.findLastIndex(({ hash }) => hash === sent[index]?.frames[0]?.hash)
      assert.ok(again > 30, `${again}`)
      assert.ok(frames.every(({ dts }, i) => dts > (frames[i - 1]?.dts ?? Number.NEGATIVE_INFINITY)))
    }
    const rest = tracks.map((track, index) => {
      const again = track.frames.findLastIndex(({ hash }) => hash === sent[index]?.frames[0]?.hash)
      return { ...track, frames: track.frames.slice(again) }
    })
    assertRelayed(rest, sent, { atStart: 0, atEnd: unsent })
  }
})

test.concurrent('srt: a publisher may take over, and the players go on at once', async () => {
  await using server = await ServerProcess.start('--hub-on-conflict', 'replace', '--hub-resume-timeout', '500ms')
  await using player = srtLiveTransmit.from(server.srtUrl('read:live/test?wait=30s'))
  await untilConnections(server, 'srt', 1)
  await using first = await publishClip(server.srtUrl('publish:live/test'), 'ffmpeg', 10)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 100)
  await using second = await publishClip(server.srtUrl('publish:live/test'), 'ffmpeg-9')
  assert.notEqual((await first.ended).code, 0)
  await second.untilDone()
  assert.deepEqual((await analyseTs((await player.untilDone()).stdout)).complaints, [])
})

test.concurrent('srt: a player that stands still delays nobody, and is missed', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  await using still = srtLiveTransmit.from(server.srtUrl('read:live/test?wait=30s'))
  await using player = srtLiveTransmit.from(server.srtUrl('read:live/test?wait=30s'))
  await untilConnections(server, 'srt', 2)
  await using publisher = await publishClip(server.srtUrl('publish:live/test'))
  await still.untilPrinted(/G@\0/)
  still.kill('SIGSTOP')
  await publisher.untilDone()
  const { stdout } = await player.untilDone()
  assertRelayed(await framesOfTs(stdout, forms), await sentFrames(), { atStart: 0, atEnd: unsent })
  await untilConnections(server, 'srt', 0)
  assert.doesNotMatch(server.program.output, /STREAM_DAMAGED/)
  still.kill('SIGKILL')
})

test.concurrent('srt: a server that shuts down says goodbye to both sides', async () => {
  await using server = await ServerProcess.start()
  await using publisher = await publishClip(server.srtUrl('publish:live/test'), 'ffmpeg', 10)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 50)
  await using player = srtLiveTransmit.from(server.srtUrl('read:live/test'))
  await player.untilPrinted(/G@\0/)
  server.program.kill('SIGTERM')
  await player.untilPrinted(/SRT source disconnected/)
  assert.notEqual((await publisher.ended).code, 0)
  assert.equal((await server.program.ended).code, 0)
})

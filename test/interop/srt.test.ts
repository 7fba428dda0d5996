import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Milliseconds } from '../../src/core/units.ts'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { assertRelayed, listed, listFrames, listOutput } from '../support/common-form.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import type { ListedTrack } from '../support/frame-list.ts'
import { LossyLink } from '../support/lossy-link.ts'
import { perfectPath } from '../support/lossy-path.ts'
import { untilConnections, untilLogged, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 4
const forms = ['h264', 'aac'] as const
/** Pictures between two key frames of the clip. */
const gop = 25
/** What FFmpeg leaves unsent, or keeps to itself, when an SRT connection ends: some of the sound, and a picture or two. */
const missing = { atStart: 0, atEnd: 25 }

/** FFmpeg sends the first seconds of a file over SRT at its own pace. */
function publishOverSrt(url: string, path: string): Program {
  return startPeer('ffmpeg', ['-v', 'error', '-re', '-t', `${seconds}`, '-i', path, '-c', 'copy', '-f', 'mpegts', url])
}

/** FFmpeg plays a transport stream. It calls the end of an SRT connection an error, and exits with 0. */
function playOverSrt(url: string): Program {
  return startPeer('ffmpeg', ['-v', 'fatal', '-i', url, ...listOutput(forms)])
}

async function framesOf(path: string): Promise<readonly ListedTrack[]> {
  await using source = listFrames(path, forms, '-t', `${seconds}`)
  return await listed(source)
}

test.concurrent('srt: FFmpeg plays what is published over RTMP, from a key frame to the end', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  const path = await clip('clip.flv')
  const sent = await framesOf(path)
  await using waiting = playOverSrt(server.srtUrl('read:live/test?wait=30s'))
  await untilConnections(server, 'srt', 1)
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 130)
  await using late = playOverSrt(server.srtUrl('#!::r=live/test,m=request'))
  await publisher.untilDone()
  assertRelayed(await listed(waiting), sent, missing)
  const rest = await listed(late)
  assertRelayed(rest, sent, { ...missing, atStart: Number.POSITIVE_INFINITY })
  const skipped = sent[0]?.frames.findIndex(({ hash }) => hash === rest[0]?.frames[0]?.hash) ?? 0
  assert.ok(skipped > 0 && skipped % gop === 0, `starts at picture ${skipped}`)
})

test.concurrent('srt: FFmpeg publishes and plays encrypted, with keys that change', async () => {
  const passphrase = 'correct-horse-battery'
  await using server = await ServerProcess.start('--srt-passphrase', passphrase, '--hub-resume-timeout', '500ms')
  const path = await clip('clip.flv')
  const options = `&passphrase=${passphrase}&pbkeylen=24`
  await using player = playOverSrt(server.srtUrl('read:live/test?wait=30s', options))
  await untilConnections(server, 'srt', 1)
  const refresh = '&kmrefreshrate=40&kmpreannounce=15'
  await using publisher = publishOverSrt(server.srtUrl('publish:live/test', `${options}${refresh}`), path)
  await publisher.untilDone()
  // Twice: as publisher and as player.
  assertRelayed(await listed(player), await framesOf(path), { atStart: 0, atEnd: 2 * missing.atEnd })
  await untilLogged(server, 'SRT_UNPUBLISH', 'Publishes no more: Peer closed')
})

describe('srt: over a network of 40 ms that loses 5 % and lets packets overtake each other', () => {
  const manners = { ...perfectPath, delay: 20_000, jitter: 30_000, loss: 0.05, duplication: 0.01 }
  const latency: Milliseconds = 400

  test.concurrent('nothing that is published gets lost', async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
    await using link = await LossyLink.start({ serverPort: server.srtPort, manners, seed: 5 })
    const path = await clip('clip.flv')
    await using player = listFrames(server.rtmpUrl('live/test?wait=30s'), forms)
    await untilConnections(server, 'rtmp', 1)
    const query = `streamid=publish:live/test&latency=${latency * 1000}`
    await using publisher = publishOverSrt(`srt://127.0.0.1:${link.port}?${query}`, path)
    await publisher.untilDone()
    assertRelayed(await listed(player), await framesOf(path), missing)
    assert.ok(link.toServer.lost > 10, `${link.toServer.lost} lost`)
  })

  test.concurrent('nothing that is played gets lost', async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms', '--srt-latency', `${latency}ms`)
    await using link = await LossyLink.start({ serverPort: server.srtPort, manners, seed: 6 })
    const path = await clip('clip.flv')
    await using player = playOverSrt(`srt://127.0.0.1:${link.port}?streamid=read:live/test?wait=30s`)
    await untilConnections(server, 'srt', 1)
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
    await publisher.untilDone()
    assertRelayed(await listed(player), await framesOf(path), missing)
    assert.ok(link.toClient.lost > 10, `${link.toClient.lost} lost`)
  })
})

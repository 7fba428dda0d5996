import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Milliseconds } from '../../src/core/units.ts'
import { type ClipName, clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceivedPart, type FrameList, frameCount, hashes, parseFrameList } from '../support/frame-list.ts'
import { LossyLink } from '../support/lossy-link.ts'
import { perfectPath } from '../support/lossy-path.ts'
import { untilConnections, untilLogged, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

const seconds = 4

/** FFmpeg sends the first seconds of a file over SRT at its own pace. */
function publishOverSrt(url: string, path: string): Program {
  return startPeer('ffmpeg', ['-v', 'error', '-re', '-t', `${seconds}`, '-i', path, '-c', 'copy', '-f', 'mpegts', url])
}

/** Pictures without delimiters and parameter sets, and sound without headers: what TS and FLV have in common. */
const commonForm = ['-bsf:v', 'h264_mp4toannexb,filter_units=remove_types=7-9']
/** The SEI of x265 stands in the configuration in FLV, and in each key frame in TS. */
const commonFormOfHevc = ['-bsf:v', 'hevc_mp4toannexb,filter_units=remove_types=32-35|39']

/** FFmpeg plays a transport stream. It calls the end of an SRT connection an error, and exits with 0. */
function playOverSrt(url: string): Program {
  const form = [...commonForm, '-bsf:a', 'aac_adtstoasc', '-f', 'framemd5', '-']
  return startPeer('ffmpeg', ['-v', 'fatal', '-i', url, '-map', '0', '-c', 'copy', ...form])
}

async function framesInCommonForm(path: string, form = commonForm): Promise<FrameList> {
  const args = ['-v', 'error', '-t', `${seconds}`, '-i', path, '-map', '0', '-c', 'copy', ...form]
  await using ffmpeg = startPeer('ffmpeg', [...args, '-f', 'framemd5', '-'])
  return parseFrameList((await ffmpeg.untilDone()).stdout.toString())
}

/**
 * Assert that a player has got everything from a key frame on. FFmpeg keeps the last three pictures to itself when an SRT
 * connection ends, and some of the sound. Returns how many pictures the player came too late for.
 */
function assertPlayedToTheEnd(is: FrameList, was: FrameList): number {
  const [skipped = 0] = (['video', 'audio'] as const).map(kind => {
    const got = hashes(is[kind]?.frames ?? [])
    const sent = hashes(was[kind]?.frames ?? [])
    assert.ok(got.length > 0, `no ${kind}`)
    const from = sent.lastIndexOf(got[0] ?? '')
    assert.deepEqual(got, sent.slice(from, from + got.length), kind)
    const missing = sent.length - from - got.length
    assert.ok(missing <= (kind === 'video' ? 3 : 12), `${missing} of ${kind} missing at the end`)
    return from
  })
  assert.equal(skipped % 25, 0, `starts at picture ${skipped}, which is no key frame`)
  return skipped
}

/** Assert that nothing is missing but what FFmpeg leaves unsent when it closes an SRT connection: its last sound. */
function assertPublished(is: FrameList, was: FrameList): void {
  assert.equal(assertReceivedPart(is, was), 0)
  assert.ok(frameCount(was) - frameCount(is) <= 20, `${frameCount(is)} of ${frameCount(was)} frames`)
}

for (const name of ['clip.flv', 'mp3.flv'] as const satisfies readonly ClipName[]) {
  test.concurrent(`srt: what FFmpeg publishes of ${name} comes out over RTMP as it was`, async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
    const path = await clip(name)
    const sent = await framesOf(path, seconds)
    await using player = startPlayer(server.rtmpUrl('live/test?wait=10s'))
    await untilConnections(server, 'rtmp', 1)
    await using publisher = publishOverSrt(server.srtUrl('publish:live/test'), path)
    await publisher.untilDone()
    assertPublished(await received(player), sent)
    await untilLogged(server, 'SRT_UNPUBLISH', 'Publishes no more: Peer closed')
  })
}

test.concurrent('srt: what FFmpeg publishes of H.265 comes out over RTMP as it was', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  const path = await clip('hevc.flv')
  const form = ['-map', '0', '-c', 'copy', ...commonFormOfHevc, '-f', 'framemd5', '-']
  await using player = startPeer('ffmpeg', ['-v', 'error', '-i', server.rtmpUrl('live/test?wait=10s'), ...form])
  await untilConnections(server, 'rtmp', 1)
  await using publisher = publishOverSrt(server.srtUrl('publish:live/test'), path)
  await publisher.untilDone()
  assertPlayedToTheEnd(await played(player), await framesInCommonForm(path, commonFormOfHevc))
})

test.concurrent('srt: FFmpeg plays what is published over RTMP, from a key frame to the end', async () => {
  await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
  const path = await clip('clip.flv')
  const sent = await framesInCommonForm(path)
  await using waiting = playOverSrt(server.srtUrl('read:live/test?wait=10s'))
  await untilConnections(server, 'srt', 1)
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > frameCount(sent) / 2)
  await using late = playOverSrt(server.srtUrl('#!::r=live/test,m=request'))
  await publisher.untilDone()
  assert.equal(assertPlayedToTheEnd(await played(waiting), sent), 0)
  assert.ok(assertPlayedToTheEnd(await played(late), sent) > 0)
})

async function played(player: Program): Promise<FrameList> {
  return parseFrameList((await player.untilDone()).stdout.toString())
}

describe('srt: over a network of 40 ms that loses 5 % and lets packets overtake each other', () => {
  const manners = { ...perfectPath, delay: 20_000, jitter: 30_000, loss: 0.05, duplication: 0.01 }
  const latency: Milliseconds = 400

  test.concurrent('nothing that is published gets lost', async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
    await using link = await LossyLink.start({ serverPort: server.srtPort, manners, seed: 5 })
    const path = await clip('clip.flv')
    const sent = await framesOf(path, seconds)
    await using player = startPlayer(server.rtmpUrl('live/test?wait=10s'))
    await untilConnections(server, 'rtmp', 1)
    const query = `streamid=publish:live/test&latency=${latency * 1000}`
    await using publisher = publishOverSrt(`srt://127.0.0.1:${link.port}?${query}`, path)
    await publisher.untilDone()
    assertPublished(await received(player), sent)
    assert.ok(link.toServer.lost > 10, `${link.toServer.lost} lost`)
  })

  test.concurrent('nothing that is played gets lost', async () => {
    await using server = await ServerProcess.start('--hub-resume-timeout', '500ms', '--srt-latency', `${latency}ms`)
    await using link = await LossyLink.start({ serverPort: server.srtPort, manners, seed: 6 })
    const path = await clip('clip.flv')
    const sent = await framesInCommonForm(path)
    await using player = playOverSrt(`srt://127.0.0.1:${link.port}?streamid=read:live/test?wait=10s`)
    await untilConnections(server, 'srt', 1)
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
    await publisher.untilDone()
    assert.equal(assertPlayedToTheEnd(await played(player), sent), 0)
    assert.ok(link.toClient.lost > 10, `${link.toClient.lost} lost`)
  })
})

test.concurrent('srt: FFmpeg publishes and plays encrypted, with keys that change', async () => {
  const passphrase = 'correct-horse-battery'
  await using server = await ServerProcess.start('--srt-passphrase', passphrase, '--hub-resume-timeout', '500ms')
  const path = await clip('clip.flv')
  const options = `&passphrase=${passphrase}&pbkeylen=24`
  await using player = playOverSrt(server.srtUrl('read:live/test?wait=10s', options))
  await untilConnections(server, 'srt', 1)
  const refresh = '&kmrefreshrate=40&kmpreannounce=15'
  await using publisher = publishOverSrt(server.srtUrl('publish:live/test', `${options}${refresh}`), path)
  await publisher.untilDone()
  // What FFmpeg keeps to itself, as publisher and as player.
  const [is, was] = [await played(player), await framesInCommonForm(path)]
  assert.ok(frameCount(was) - frameCount(is) <= 35, `${frameCount(is)} of ${frameCount(was)} frames`)
  for (const kind of ['video', 'audio'] as const) {
    const got = hashes(is[kind]?.frames ?? [])
    assert.deepEqual(got, hashes(was[kind]?.frames ?? []).slice(0, got.length), kind)
  }
})

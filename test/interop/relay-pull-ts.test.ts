import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceivedPart, type FrameList, type ListedTrack } from '../support/frame-list.ts'
import { pollUntil } from '../support/polling.ts'
import { freePort, freeUdpPort } from '../support/ports.ts'
import { startPulling } from '../support/relay-process.ts'
import { metric, relays, streamFacts, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { readTsFixture, splitPackets } from '../support/ts-fixture.ts'

const seconds = 6

const impatient = ['--relay-silence-timeout', '1s']

/** FFmpeg sends a clip at its own pace. */
function send(path: string, format: string, ...output: string[]): Program {
  return startPeer('ffmpeg', [
    ...['-v', 'error', '-re', '-t', `${seconds}`, '-i', path, '-c', 'copy', '-f', format, ...output],
  ])
}

/** The same, from an address of the loopback interface to a group there. */
function sendToGroup(path: string, group: string, from: string): Program {
  return send(path, 'mpegts', `udp://${group}?pkt_size=1316&localaddr=${from}&ttl=0`)
}

/** Sound has no times between those of its PES packets, and FLV has milliseconds: the times of the source are near. */
async function assertPassedOn(server: ServerProcess, path: string, cutFrames = 0): Promise<void> {
  await using player = startPlayer(server.rtmpUrl('far/test?wait=30s'))
  const is = withoutLast(await received(player), cutFrames)
  const was = await framesOf(path, seconds)
  const kinds = ['video', 'audio'] as const
  for (const kind of kinds) assert.ok((is[kind]?.frames.length ?? 0) > 40, `${is[kind]?.frames.length} of ${kind}`)
  assertReceivedPart(is, sameSoundConfig(was, is))
}

/** Of each track. */
function withoutLast({ video, audio }: FrameList, count: number): FrameList {
  const cut = (track: ListedTrack | undefined): ListedTrack | undefined =>
    track && { ...track, frames: track.frames.slice(0, track.frames.length - count) }
  return { video: cut(video), audio: cut(audio) }
}

/** ADTS has two bytes of configuration, FFmpeg's encoder makes five, which say the same. */
function sameSoundConfig(list: FrameList, like: FrameList): FrameList {
  return { ...list, audio: list.audio && { ...list.audio, extradata: like.audio?.extradata } }
}

test.concurrent('pull over HTTP: a transport stream that FFmpeg serves is played as it was, again and again', async ({
  onTestFinished,
}) => {
  const url = `http://127.0.0.1:${await freePort()}/secret/x.ts`
  const path = await clip('clip.flv')
  await using server = await startPulling(url, onTestFinished, ...impatient)
  for (let round = 0; round < 2; round++) {
    await using source = send(path, 'mpegts', '-listen', '1', url)
    await assertPassedOn(server, path)
    await source.untilDone()
  }
  assert.equal((await relays(server))[0]?.url, `${new URL(url).origin}/…`)
  assert.doesNotMatch(server.program.output, /secret/)
})

test.concurrent('pull over HTTP: Matroska that FFmpeg serves is played as it was', async ({ onTestFinished }) => {
  const url = `http://127.0.0.1:${await freePort()}/x.mkv`
  const path = await clip('clip.flv')
  await using server = await startPulling(url, onTestFinished, ...impatient)
  await using source = send(path, 'matroska', '-listen', '1', url)
  await assertPassedOn(server, path)
  await source.untilDone()
})

test.concurrent('pull over HTTP: from another of our kind', async ({ onTestFinished }) => {
  const path = await clip('hevc.flv')
  await using origin = await ServerProcess.start('--hub-resume-timeout', '500ms')
  await using server = await startPulling(origin.httpUrl('/live/test.ts?wait=30s'), onTestFinished, ...impatient)
  await using publisher = publishFile(origin.rtmpUrl('live/test'), path, seconds)
  const stream = await untilStream(server, 'far/test', ({ framesIn }) => framesIn > 100)
  assert.deepEqual(
    stream.tracks.map(({ codec }) => codec),
    ['H.265', 'AAC'],
  )
  await publisher.untilDone()
})

// Seven packets in each datagram, with RTP behind a header of twelve bytes. FFmpeg 7.1 keeps what does not fill the last
// one of RTP, so the last frames are not whole.
for (const [name, format, size, cutFrames, target] of [
  ['unicast', 'mpegts', 1316, 0, (port: number) => `udp://127.0.0.1:${port}`],
  ['RTP', 'rtp_mpegts', 1328, 1, (port: number) => `rtp://127.0.0.1:${port}`],
] as const) {
  test.concurrent(`pull over UDP: ${name} of FFmpeg is played as it was`, async ({ onTestFinished }) => {
    const port = await freeUdpPort()
    const path = await clip('clip.flv')
    await using server = await startPulling(target(port), onTestFinished, ...impatient)
    await using source = send(path, format, `${target(port)}?pkt_size=${size}`)
    await assertPassedOn(server, path, cutFrames)
    await source.untilDone()
  })
}

test.concurrent('pull over UDP: a group, whoever sends to it', async ({ onTestFinished }) => {
  const group = `239.7.7.7:${await freeUdpPort()}`
  const path = await clip('clip.flv')
  await using server = await startPulling(`udp://${group}?interface=127.0.0.1`, onTestFinished, ...impatient)
  await using source = sendToGroup(path, group, '127.0.0.2')
  await assertPassedOn(server, path)
  await source.untilDone()
})

test.concurrent('pull over UDP: a group, from one source alone', async ({ onTestFinished }) => {
  const group = `232.7.7.7:${await freeUdpPort()}`
  const path = await clip('clip.flv')
  await using server = await startPulling(`udp://127.0.0.1@${group}?interface=127.0.0.1`, onTestFinished, ...impatient)
  await using other = sendToGroup(await clip('hevc.flv'), group, '127.0.0.2')
  await using source = sendToGroup(path, group, '127.0.0.1')
  await assertPassedOn(server, path)
  await source.untilDone()
  await other.untilDone()
})

test.concurrent('pull over UDP: of several programs the one that is asked for', async ({ onTestFinished }) => {
  const target = `udp://127.0.0.1:${await freeUdpPort()}`
  const path = await clip('clip.flv')
  await using server = await startPulling(`${target}?program=12`, onTestFinished, ...impatient)
  // Sound alone, then both: the first program with media would be the wrong one.
  const programs = ['-program', 'program_num=11:st=2', '-program', 'program_num=12:st=0:st=1']
  const maps = ['-map', '0:v', '-map', '0:a', '-map', '0:a']
  await using source = send(path, 'mpegts', ...maps, ...programs, `${target}?pkt_size=1316`)
  await assertPassedOn(server, path)
  await source.untilDone()
})

test.concurrent('pull over UDP: silence is told, and waited out', async ({ onTestFinished }) => {
  await using server = await startPulling(`udp://127.0.0.1:${await freeUdpPort()}`, onTestFinished, ...impatient)
  const relay = await pollUntil('the failure', async () => (await relays(server)).find(({ failures }) => failures > 0))
  assert.match(relay.lastError ?? '', /^Cannot pull far\/test: nothing has come for 1000 ms$/)
})

test.concurrent('pull over UDP: null packets are silence, too', async ({ onTestFinished }) => {
  const port = await freeUdpPort()
  await using server = await startPulling(`udp://127.0.0.1:${port}`, onTestFinished, ...impatient)
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  await pollUntil('the stream', async () => {
    for (const packet of splitPackets(readTsFixture('h264-aac'))) socket.send(packet, port, '127.0.0.1')
    return streamFacts(server, 'far/test')
  })
  const nullPacket = Buffer.alloc(188, 0xff).fill(Buffer.from('471fff10', 'hex'), 0, 4)
  const relay = await pollUntil('the failure', async () => {
    socket.send(nullPacket, port, '127.0.0.1')
    return (await relays(server)).find(({ failures }) => failures > 0)
  })
  assert.match(relay.lastError ?? '', /^Cannot pull far\/test: no media has come for 1000 ms$/)
})

test.concurrent('pull over UDP: what is missing is told while the rest comes', async ({ onTestFinished }) => {
  const port = await freeUdpPort()
  await using server = await startPulling(`udp://127.0.0.1:${port}`, onTestFinished, ...impatient)
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  const packets = splitPackets(readTsFixture('h264-aac')).filter((_, number) => number !== 30)
  const stream = await pollUntil('faults', async () => {
    for (const packet of packets) socket.send(packet, port, '127.0.0.1')
    const facts = await streamFacts(server, 'far/test')
    return (facts?.publisher?.faults?.continuityErrors ?? 0) > 0 ? facts : undefined
  })
  assert.equal(stream.publisher?.protocol, 'udp-ts')
  const counted = await metric(server, 'sluice_stream_faults_total{stream="far/test",fault="continuity"}')
  assert.ok(counted >= (stream.publisher?.faults?.continuityErrors ?? Number.POSITIVE_INFINITY), `${counted}`)
  await server.program.untilPrinted(/"code":"STREAM_DAMAGED".*"stream":"far\/test","continuityErrors":[1-9]/)
})

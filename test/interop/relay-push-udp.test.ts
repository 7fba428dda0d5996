import assert from 'node:assert/strict'
import { test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { assertRelayed, framesOfTs, listed, listFrames } from '../support/common-form.ts'
import { DatagramRecorder } from '../support/datagram-recorder.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { freeUdpPort } from '../support/ports.ts'
import { startPushing, untilRelay } from '../support/relay-process.ts'
import { analyseTs } from '../support/ts-analyser.ts'
import { continuityErrors, longestDistance, tsPackets } from '../support/ts-packets.ts'

const forms = ['h264', 'aac'] as const
const seconds = 8
const nullPid = 0x1fff

for (const [name, to, from] of [
  ['a unicast address', (port: number) => `udp://127.0.0.1:${port}`, (port: number) => `udp://127.0.0.1:${port}`],
  [
    'a group',
    (port: number) => `udp://232.8.8.8:${port}?interface=127.0.0.1&ttl=1`,
    (port: number) => `udp://232.8.8.8:${port}?localaddr=127.0.0.1`,
  ],
  ['RTP', (port: number) => `rtp://127.0.0.1:${port}`, (port: number) => `rtp://127.0.0.1:${port}`],
  [
    'a constant rate',
    (port: number) => `udp://127.0.0.1:${port}?bitrate=6M`,
    (port: number) => `udp://127.0.0.1:${port}`,
  ],
] as const) {
  test.concurrent(`relay push over UDP: FFmpeg receives from ${name} what was published`, async () => {
    const port = await freeUdpPort()
    const path = await clip('clip.flv')
    await using server = await startPushing(to(port))
    // It cannot know when the stream ends.
    await using player = listFrames(from(port), forms, '-t', '5')
    await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
    const is = await listed(player)
    for (const { frames } of is) assert.ok(frames.length > 40, `${frames.length} frames`)
    assertRelayed(is, await listed(listFrames(path, forms)), { atStart: 150, atEnd: Number.POSITIVE_INFINITY })
    await publisher.close()
  })
}

test.concurrent('relay push over UDP: all is sent, from the first key frame to the end', async () => {
  await using recorder = await DatagramRecorder.open()
  const path = await clip('clip.flv')
  await using server = await startPushing(`udp://127.0.0.1:${recorder.port}`)
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, 4)
  await publisher.untilDone()
  const { bytes, url, destination } = await untilRelay(server, ({ state }) => state === 'idle')
  assert.deepEqual([url, destination, bytes], [`udp://127.0.0.1:${recorder.port}`, 1, 0])
  assert.ok(recorder.datagrams.every(({ length }) => length % 188 === 0 && length <= 1316))
  assert.deepEqual(continuityErrors(tsPackets(recorder.bytes)), [])
  await using source = listFrames(path, forms, '-t', '4')
  assertRelayed(await framesOfTs(recorder.bytes, forms), await listed(source), { atStart: 2, atEnd: 0 })
})

test.concurrent('relay push over UDP: a constant rate is constant, and its clock exact', async () => {
  const bitrate = 6_000_000
  await using recorder = await DatagramRecorder.open()
  const path = await clip('clip.flv')
  await using server = await startPushing(`udp://127.0.0.1:${recorder.port}?bitrate=6M`)
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, seconds)
  await publisher.untilDone()
  await untilRelay(server, ({ state }) => state === 'idle')
  const packets = tsPackets(recorder.bytes)
  assert.ok(Math.abs((packets.length * 188 * 8) / bitrate - seconds) < 0.2, `${packets.length} packets`)
  const clocks = packets.flatMap(({ reference }, number) => (reference === undefined ? [] : [{ reference, number }]))
  for (const [index, { reference, number }] of clocks.slice(1).entries()) {
    const before = clocks[index] ?? assert.fail()
    const passed = (reference - before.reference + 2 ** 33 * 300) % (2 ** 33 * 300)
    const ns = Math.abs(passed / 27e6 - ((number - before.number) * 188 * 8) / bitrate) * 1e9
    assert.ok(ns <= 40, `PCR of packet ${number} is ${ns} ns off`)
  }
  assert.deepEqual(continuityErrors(packets.filter(({ pid }) => pid !== nullPid)), [])
  assert.ok(longestDistance(packets, ({ pcr }) => pcr !== undefined) <= 40)
  const { complaints } = await analyseTs(recorder.bytes)
  assert.deepEqual(complaints, [])
  await using source = listFrames(path, forms, '-t', `${seconds}`)
  assertRelayed(await framesOfTs(recorder.bytes, forms), await listed(source), { atStart: 2, atEnd: 0 })
})

test.concurrent('relay push over UDP: a stream that needs more than the bitrate is cut, counted and told', async () => {
  await using recorder = await DatagramRecorder.open()
  await using server = await startPushing(`udp://127.0.0.1:${recorder.port}?bitrate=200k`)
  await using publisher = publishFile(server.rtmpUrl('live/test'), await clip('clip.flv'), seconds)
  await server.program.untilPrinted(/"code":"RELAY_FRAMES_LEFT_OUT".*the stream needs more than the bitrate/)
  await untilRelay(server, ({ framesDropped }) => framesDropped > 10)
  await publisher.close()
})

test.concurrent('relay push over UDP: where there is no way, it is tried again', async () => {
  await using server = await startPushing('udp://127.0.0.1:5000?interface=192.0.2.1')
  await using publisher = publishFile(server.rtmpUrl('live/test'), await clip('clip.flv'), seconds)
  const { lastError } = await untilRelay(server, ({ failures }) => failures > 1)
  assert.match(lastError ?? '', /^Cannot send to udp:\/\/127\.0\.0\.1:5000\?interface=192\.0\.2\.1: /)
  await publisher.close()
})

test.concurrent('relay push over UDP: a URL with a wrong parameter is a start-up error in words', async () => {
  await assert.rejects(
    startPushing('udp://239.1.1.1:5000?ttl=0'),
    /Cannot use --relay-to: cannot use the URL udp:\/\/239\.1\.1\.1:5000: its ttl must be 1 to 255, is "0"/,
  )
})

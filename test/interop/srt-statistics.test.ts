import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import type { StreamDetail } from '../../src/api/stream-schema.ts'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { pollUntil } from '../support/polling.ts'
import { freeUdpPort } from '../support/ports.ts'
import { logLines, metric, untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'

/** Seven packets of a transport stream, and the headers that libsrt counts with them. */
const chunkSize = 7 * 188
const packetSize = chunkSize + 44

/** What libsrt says of one direction. */
type Counted = { readonly packetsUnique: number; readonly bytesUnique: number }
type PeerStatistics = {
  readonly send: Counted
  readonly recv: Counted & { readonly packetsLost: number; readonly msTsbPdDelay: number }
}

/** srt-live-transmit takes the stream id as it stands. */
function plainUrl({ srtPort }: ServerProcess, streamId: string): string {
  return `srt://127.0.0.1:${srtPort}?streamid=${streamId}`
}

/** libsrt's own program with a note of its statistics after each packet, of all since the start. */
class ObservedTransmit implements AsyncDisposable {
  readonly program: Program
  readonly #folder: string

  private constructor(program: Program, folder: string) {
    this.program = program
    this.#folder = folder
  }

  static async start(from: string, to: string): Promise<ObservedTransmit> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-srt-'))
    const report = ['-statsout', join(folder, 'statistics'), '-stats', '1', '-fullstats', '-statspf', 'json']
    const args = ['-autoreconnect', 'no', '-chunk', `${chunkSize}`, ...report, from, to]
    return new ObservedTransmit(startPeer('srt-live-transmit', args), folder)
  }

  /** Its last note, once that is as `isEnough` wants it. */
  async untilNoted(isEnough: (noted: PeerStatistics) => boolean): Promise<PeerStatistics> {
    return pollUntil('statistics of libsrt', async () => {
      const text = await readFile(join(this.#folder, 'statistics'), 'utf8')
      const last = text.split('\n').at(-2)
      if (last === undefined) return undefined
      const noted = JSON.parse(last) as PeerStatistics
      return isEnough(noted) ? noted : undefined
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.close()
    await rm(this.#folder, { recursive: true })
  }
}

/** The first seconds of a clip as a transport stream, in whole chunks. */
async function transportStream(seconds: number): Promise<Buffer> {
  const path = await clip('clip.flv')
  const args = ['-v', 'error', '-t', `${seconds}`, '-i', path, '-c', 'copy', '-f', 'mpegts', '-']
  await using ffmpeg = startPeer('ffmpeg', args)
  const { stdout } = await ffmpeg.untilDone()
  return stdout.subarray(0, stdout.length - (stdout.length % chunkSize))
}

/** libsrt publishes what it is sent in datagrams, each as one packet. */
class Publisher implements AsyncDisposable {
  readonly peer: ObservedTransmit
  readonly #server: ServerProcess
  readonly #socket = createSocket('udp4')
  readonly #port: number
  #sent = 0

  private constructor(peer: ObservedTransmit, server: ServerProcess, port: number) {
    this.peer = peer
    this.#server = server
    this.#port = port
  }

  static async start(server: ServerProcess): Promise<Publisher> {
    const port = await freeUdpPort()
    const peer = await ObservedTransmit.start(`udp://127.0.0.1:${port}`, plainUrl(server, 'publish:live/test'))
    await untilStream(server, 'live/test', ({ publisher }) => publisher !== null)
    return new Publisher(peer, server, port)
  }

  /** Send a few packets at a time, so that no system drops any, until the server has all of them. */
  async send(bytes: Buffer): Promise<StreamDetail> {
    for (let at = 0; at < bytes.length; at += chunkSize) {
      this.#socket.send(bytes.subarray(at, at + chunkSize), this.#port, '127.0.0.1')
      this.#sent++
      if (this.#sent % 20 === 0) await this.#arrived()
    }
    return this.#arrived()
  }

  #arrived(): Promise<StreamDetail> {
    return untilStream(this.#server, 'live/test', ({ publisher }) => publisher?.srt?.pktRecvUnique === this.#sent)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close()
    await this.peer[Symbol.asyncDispose]()
  }
}

test.concurrent('srt: what a publisher counts and what we count is the same', async () => {
  await using server = await ServerProcess.start()
  const bytes = await transportStream(3)
  await using sender = await Publisher.start(server)
  const { publisher } = await sender.send(bytes)
  // Its note for a packet may be older than the packet, but is not older than the one before.
  await sender.send(bytes.subarray(-chunkSize))
  const noted = await sender.peer.untilNoted(({ send }) => send.packetsUnique >= bytes.length / chunkSize)

  const srt = publisher?.srt
  assert.ok(srt !== undefined)
  const { packetsUnique, bytesUnique } = noted.send
  assert.ok(packetsUnique - srt.pktRecvUnique <= 1, `${packetsUnique} sent, ${srt.pktRecvUnique} received`)
  assert.equal(bytesUnique, packetsUnique * packetSize)
  assert.equal(srt.byteRecvUnique, srt.pktRecvUnique * packetSize)
  assert.equal(srt.byteRecv, srt.pktRecv * packetSize)
  assert.deepEqual([srt.pktRcvLoss, srt.pktRcvDrop, srt.pktRcvUndecrypt, srt.pktSent], [0, 0, 0, 0])
  assert.equal(srt.msRcvTsbPdDelay, 120)
  assert.ok(srt.msRTT > 0 && srt.msRTT < 100, `${srt.msRTT} ms`)
  assert.deepEqual(Object.values(publisher?.faults ?? {}), [0, 0, 0, 0, 0])
})

test.concurrent('srt: what a player counts and what we count is the same, also when it has left', async () => {
  await using server = await ServerProcess.start()
  await using peer = await ObservedTransmit.start(plainUrl(server, 'read:live/test?wait=30s'), 'file://con')
  await untilConnections(server, 'srt', 1)
  await using publisher = publishFile(server.rtmpUrl('live/test'), await clip('clip.flv'), 3)
  await publisher.untilDone()
  const { subscribers } = await untilStream(
    server,
    'live/test',
    stream => stream.publisher === null && stream.subscribers[0]?.srt?.pktSndBuf === 0,
  )
  const srt = subscribers[0]?.srt
  assert.ok(srt !== undefined)
  const { recv } = await peer.untilNoted(({ recv: { packetsUnique } }) => packetsUnique === srt.pktSentUnique)
  assert.ok(srt.pktSentUnique > 100, `${srt.pktSentUnique} packets`)
  assert.equal(recv.bytesUnique, srt.byteSentUnique)
  assert.equal(recv.msTsbPdDelay, srt.msSndTsbPdDelay)
  // Not pktSndLoss: where an acknowledgement is late, on a busy machine, a packet is lost for the sender alone.
  assert.deepEqual([recv.packetsLost, srt.pktSndDrop], [0, 0])

  await peer.program.close()
  await untilConnections(server, 'srt', 0)
  assert.equal(await metric(server, 'sluice_srt_packets_total{direction="sent"}'), srt.pktSent)
  assert.equal(await metric(server, 'sluice_srt_bytes_total{direction="sent"}'), srt.byteSent)
})

test.concurrent('srt: what FFmpeg publishes is in the API, in the metrics and, at the end, in the log', async () => {
  await using server = await ServerProcess.start()
  const args = ['-v', 'error', '-re', '-t', '3', '-i', await clip('clip.flv'), '-c', 'copy', '-f', 'mpegts']
  await using ffmpeg = startPeer('ffmpeg', [...args, server.srtUrl('publish:live/test')])
  const { publisher } = await untilStream(server, 'live/test', stream => (stream.publisher?.srt?.pktRecv ?? 0) > 50)
  assert.equal(publisher?.protocol, 'srt')
  assert.ok((publisher?.srt?.pktRcvBuf ?? 0) > 0)
  assert.ok((await metric(server, 'sluice_srt_packets_total{direction="received"}')) >= (publisher?.srt?.pktRecv ?? 0))
  assert.ok((await metric(server, 'sluice_stream_srt_rtt_seconds{stream="live/test",role="publisher"}')) > 0)
  assert.equal(await metric(server, 'sluice_stream_srt_packets_lost_total{stream="live/test",direction="received"}'), 0)
  assert.equal(await metric(server, 'sluice_stream_faults_total{stream="live/test",fault="continuity"}'), 0)

  await ffmpeg.untilDone()
  await server.program.untilPrinted(/"code":"SRT_CLOSED".*\n/)
  const logged = logLines(server).find(({ code }) => code === 'SRT_CLOSED') as unknown as { pktRecv: number }
  assert.ok(logged.pktRecv > 100, `${logged.pktRecv} packets`)
  assert.equal(await metric(server, 'sluice_srt_packets_total{direction="received"}'), logged.pktRecv)
})

test.concurrent('srt: a transport stream that was damaged before it came is told, while it comes', async () => {
  await using server = await ServerProcess.start()
  const whole = await transportStream(3)
  const gap = Math.floor(whole.length / chunkSize / 2) * chunkSize
  const damaged = Buffer.concat([whole.subarray(0, gap), whole.subarray(gap + chunkSize)])
  await using sender = await Publisher.start(server)
  const { publisher } = await sender.send(damaged)
  assert.equal(publisher?.srt?.pktRcvLoss, 0)
  const { publisher: after } = await untilStream(
    server,
    'live/test',
    stream => (stream.publisher?.faults?.continuityErrors ?? 0) > 0,
  )
  const errors = after?.faults?.continuityErrors
  assert.equal(await metric(server, 'sluice_stream_faults_total{stream="live/test",fault="continuity"}'), errors)
  await server.program.untilPrinted(/"code":"STREAM_DAMAGED".*\n/)
  const line = logLines(server).find(({ code }) => code === 'STREAM_DAMAGED')
  assert.deepEqual({ level: line?.level, stream: line?.stream }, { level: 'warn', stream: 'live/test' })
})

import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { type ClipName, clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import type { Program } from '../peers/program.ts'
import { publishFile } from '../support/ffmpeg-peers.ts'
import { untilConnections, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { srtLiveTransmit } from '../support/srt-pipes.ts'
import { analyseTs } from '../support/ts-analyser.ts'
import { continuityErrors, decodeLeads, longestDistance, tsPackets } from '../support/ts-packets.ts'

const seconds = 4
const programMap = 0x1000
const tables = new Set([0, programMap])

/** A player over HTTP and one over SRT: both get the bytes of the transport stream. */
class Recording {
  readonly #http: Promise<ArrayBuffer>
  readonly #srt: Program

  constructor(server: ServerProcess) {
    this.#http = fetch(server.httpUrl('/live/test.ts?wait=30s')).then(response => response.arrayBuffer())
    this.#srt = srtLiveTransmit.from(server.srtUrl('read:live/test?wait=30s'))
  }

  async bytes(): Promise<readonly Buffer[]> {
    return [Buffer.from(await this.#http), (await this.#srt.untilDone()).stdout]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#srt.close()
  }
}

/** Assert that nobody has anything to say: tsreport, FFmpeg, and what the specifications say of clock and tables. */
async function assertClean(bytes: Buffer): Promise<void> {
  const { complaints, longestPcrGap, streams } = await analyseTs(bytes)
  assert.deepEqual(complaints, [])
  assert.ok(longestPcrGap <= 3600, `${longestPcrGap} ticks`)
  assert.ok(streams.length > 0)
  await using ffprobe = startPeer('ffprobe', ['-v', 'warning', '-f', 'mpegts', '-show_packets', '-i', '-'])
  ffprobe.stdin.end(bytes)
  assert.equal((await ffprobe.untilDone()).stderr, '')

  const packets = tsPackets(bytes)
  assert.deepEqual(continuityErrors(packets), [])
  assert.ok(longestDistance(packets, ({ pcr }) => pcr !== undefined) <= 40)
  for (const table of tables) assert.ok(longestDistance(packets, ({ pid }) => pid === table) <= 100)
  const leads = decodeLeads(packets, new Set(packets.map(({ pid }) => pid).filter(pid => !tables.has(pid))))
  assert.ok(leads.length > 20)
  const [shortest, longest] = [Math.min(...leads), Math.max(...leads)]
  // The T-STD lets data wait for a second: ISO/IEC 13818-1 §2.4.2.6.
  assert.ok(shortest >= 0 && longest <= 1000, `decoded ${shortest} to ${longest} ms after it has come`)
}

/** What is published, and how. Over SRT FFmpeg itself holds back sparse sound until it should have been played. */
const publications = [
  ['clip.flv', 'rtmp'],
  ['hevc.flv', 'rtmp'],
  ['sparse-sound.flv', 'rtmp'],
  ['slow-pictures.flv', 'rtmp'],
  ['audio.flv', 'rtmp'],
  ['video.flv', 'rtmp'],
  ['clip.flv', 'srt'],
  ['slow-pictures.flv', 'srt'],
  ['two-sounds.mkv', 'srt'],
] as const satisfies readonly (readonly [ClipName, 'rtmp' | 'srt'])[]

async function publish(server: ServerProcess, [name, protocol]: (typeof publications)[number]): Promise<Program> {
  const path = await clip(name)
  if (protocol === 'rtmp') return publishFile(server.rtmpUrl('live/test'), path, seconds)
  const input = ['-v', 'error', '-re', '-t', `${seconds}`, '-i', path, '-map', '0', '-c', 'copy']
  return startPeer('ffmpeg', [...input, '-f', 'mpegts', server.srtUrl('publish:live/test')])
}

describe('ts output', () => {
  for (const publication of publications) {
    test.concurrent(`${publication.join(' over ')} is clean for those who wait and those who come late`, async () => {
      await using server = await ServerProcess.start('--hub-resume-timeout', '500ms')
      await using waiting = new Recording(server)
      await untilConnections(server, 'srt', 1)
      await untilConnections(server, 'http', 1)
      await using publisher = await publish(server, publication)
      await server.program.untilPrinted(/"code":"SRT_PLAY"/)
      await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 20)
      await using late = new Recording(server)
      await publisher.untilDone()
      for (const bytes of [...(await waiting.bytes()), ...(await late.bytes())]) await assertClean(bytes)
    })
  }

  for (const [what, next] of [
    ['of the same kind', 'clip.flv'],
    ['with other codecs', 'hevc-opus.mkv'],
    ['without sound', 'video.flv'],
  ] as const satisfies readonly (readonly [string, ClipName])[]) {
    test.concurrent(`stays clean when a publisher ${what} comes after the first`, async () => {
      await using server = await ServerProcess.start('--hub-resume-timeout', '3s')
      await using recording = new Recording(server)
      await untilConnections(server, 'srt', 1)
      await untilConnections(server, 'http', 1)
      for (const name of ['clip.flv', next] as const) {
        await using publisher = publishFile(server.rtmpUrl('live/test'), await clip(name), 2, 'ffmpeg-9')
        await publisher.untilDone()
      }
      for (const bytes of await recording.bytes()) await assertClean(bytes)
    })
  }
})

import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { startPeer } from '../peers/peers.ts'
import { analyseTs } from '../support/ts-analyser.ts'
import { pidOf, splitPackets } from '../support/ts-fixture.ts'

const videoPid = 256

/** FFmpeg's transport stream of the clip, in packets. */
async function packetsOfFfmpeg(): Promise<readonly Buffer[]> {
  const output = ['-t', '2', '-c', 'copy', '-f', 'mpegts', '-']
  await using ffmpeg = startPeer('ffmpeg', ['-v', 'error', '-i', await clip('clip.flv'), ...output])
  return splitPackets((await ffmpeg.untilDone()).stdout)
}

const hasPcr = (packet: Buffer): boolean => {
  const [control = 0, adaptationLength = 0, flags = 0] = packet.subarray(3)
  return (control & 0x20) !== 0 && adaptationLength > 0 && (flags & 0x10) !== 0
}

/** Number of a packet in the middle that `matches`. */
function middle(packets: readonly Buffer[], matches: (packet: Buffer) => boolean): number {
  const numbers = packets.flatMap((packet, number) => (matches(packet) ? [number] : []))
  return numbers[Math.floor(numbers.length / 2)] ?? assert.fail()
}

describe('ts-analyser: tsreport', () => {
  test('has nothing to say about a stream of FFmpeg', async () => {
    const { complaints, longestPcrGap, streams } = await analyseTs(Buffer.concat(await packetsOfFfmpeg()))
    assert.deepEqual(complaints, [])
    assert.ok(longestPcrGap > 0 && longestPcrGap <= 9000, `${longestPcrGap}`)
    assert.deepEqual(
      streams.map(({ pid }) => pid),
      [videoPid, 257],
    )
    for (const { decodeLead } of streams) assert.ok(decodeLead.shortest > 0 && decodeLead.longest < 90_000)
  })

  test('finds a lost packet', async () => {
    const packets = await packetsOfFfmpeg()
    const lost = middle(packets, packet => pidOf(packet) === videoPid && !hasPcr(packet))
    const { complaints } = await analyseTs(Buffer.concat(packets.toSpliced(lost, 1)))
    assert.match(complaints.join('\n'), /Continuity Counter discontinuity/)
  })

  test('finds a clock that goes back', async () => {
    const packets = await packetsOfFfmpeg()
    const broken = packets[middle(packets, hasPcr)]
    broken?.writeUInt32BE(broken.readUInt32BE(6) - 45_000, 6)
    const { complaints } = await analyseTs(Buffer.concat(packets))
    assert.match(complaints.join('\n'), /is not more than previous PCR/)
  })

  test('finds a clock that is silent for too long', async () => {
    const packets = await packetsOfFfmpeg()
    // What was the clock is stuffing without the flag.
    for (const packet of packets.filter(hasPcr).slice(5, 8)) packet.writeUInt8(packet.readUInt8(5) & ~0x10, 5)
    const { complaints } = await analyseTs(Buffer.concat(packets))
    assert.match(complaints.join('\n'), /PCR gap of \d+t .* > 0\.1sec/)
  })
})

import { readFileSync } from 'node:fs'
import { crc32 } from '../../src/formats/mpegts/crc32.ts'
import { TsToFrames, tsClock } from '../../src/formats/mpegts/ts-to-frames.ts'
import type { Frame } from '../../src/media/frame.ts'
import { repairedTimes, Timeline, type TimelineLimits } from '../../src/media/timeline.ts'

export type TsFixtureName = 'h264-aac' | 'h265' | 'latm' | 'mp3' | 'mp2' | 'ac3' | 'eac3' | 'opus' | 'av1-gstreamer'

const packetSize = 188

/** One of the files of test/fixtures/mpegts. */
export function readTsFixture(name: TsFixtureName): Buffer {
  const text = readFileSync(new URL(`../fixtures/mpegts/${name}.ts.base64`, import.meta.url), 'latin1')
  return Buffer.from(text, 'base64')
}

export function splitPackets(bytes: Uint8Array): readonly Buffer[] {
  return Array.from({ length: bytes.length / packetSize }, (_, number) =>
    Buffer.from(bytes.subarray(number * packetSize, (number + 1) * packetSize)),
  )
}

export const pidOf = (packet: Uint8Array): number => (((packet[1] ?? 0) & 0x1f) << 8) | (packet[2] ?? 0)

/** True if a PES packet or a section begins in it. */
export const isStart = (packet: Uint8Array): boolean => ((packet[1] ?? 0) & 0x40) !== 0

/** Move all times of all PES packets by so many ticks of 90 kHz, modulo 2^33. */
export function moveTimes(bytes: Uint8Array, ticks: number): Buffer {
  const packets = splitPackets(bytes).map(packet => {
    const payloadAt = (packet.readUInt8(3) & 0x20) === 0 ? 4 : 5 + packet.readUInt8(4)
    if (!isStart(packet) || packet.readUIntBE(payloadAt, 3) !== 1) return packet
    const times = packet.readUInt8(payloadAt + 7) >> 6
    if (times >= 2) moveTime(packet, payloadAt + 9, ticks)
    if (times === 3) moveTime(packet, payloadAt + 14, ticks)
    return packet
  })
  return Buffer.concat(packets)
}

/** ISO/IEC 13818-1 §2.4.3.7: three bits, then twice fifteen, each before a marker bit. */
function moveTime(packet: Buffer, at: number, ticks: number): void {
  const high = BigInt((packet.readUInt8(at) >> 1) & 7)
  const time =
    (high << 30n) | (BigInt(packet.readUInt16BE(at + 1) >> 1) << 15n) | BigInt(packet.readUInt16BE(at + 3) >> 1)
  const moved = BigInt.asUintN(33, time + BigInt(ticks))
  packet[at] = (packet.readUInt8(at) & 0xf1) | (Number(moved >> 30n) << 1)
  packet.writeUInt16BE((Number((moved >> 15n) & 0x7fffn) << 1) | 1, at + 1)
  packet.writeUInt16BE((Number(moved & 0x7fffn) << 1) | 1, at + 3)
}

/** A section, told without its CRC, in one packet of its own. */
export function sectionPacket(pid: number, counter: number, digits: string): Buffer {
  const section = Buffer.from(digits.replaceAll(' ', ''), 'hex')
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(section))
  const packet = Buffer.alloc(packetSize, 0xff)
  Buffer.concat([Buffer.of(0x47, 0x40 | (pid >> 8), pid & 0xff, 0x10 | (counter & 0xf), 0), section, crc]).copy(packet)
  return packet
}

/** What a program map tells of a stream: its type and descriptors as digits. */
export type ToldStream = { readonly pid: number; readonly type: string; readonly descriptors?: string }

export type ToldMap = {
  readonly pid?: number
  readonly programNumber?: number
  readonly version: number
  readonly counter: number
  readonly streams: readonly ToldStream[]
}

/** A program map in one packet, version and counter as told. */
export function mapPacket({ pid = 0x1000, programNumber = 1, version, counter, streams }: ToldMap): Buffer {
  const entries = streams.map(({ pid: streamPid, type, descriptors = '' }) => {
    const told = descriptors.replaceAll(' ', '')
    return `${type}${(0xe000 | streamPid).toString(16)}${(0xf000 | (told.length / 2)).toString(16)}${told}`
  })
  const body = `ffffF000${entries.join('')}`
  const length = (0xb000 | (9 + body.length / 2)).toString(16)
  const number = programNumber.toString(16).padStart(4, '0')
  return sectionPacket(pid, counter, `02${length}${number}${(0xc1 | (version << 1)).toString(16)}0000${body}`)
}

/** The same packets on another PID. */
export function onPid(packets: readonly Buffer[], pid: number): readonly Buffer[] {
  return packets.map(packet => {
    const copy = Buffer.from(packet)
    copy.writeUInt16BE((copy.readUInt16BE(1) & 0xe000) | pid, 1)
    return copy
  })
}

export function createDemuxer(limits: TimelineLimits = repairedTimes, programNumber?: number): TsToFrames {
  return new TsToFrames(new Timeline(limits, tsClock), { programNumber })
}

export type Demuxed = { readonly demuxer: TsToFrames; readonly frames: readonly Frame[] }

/** Take apart a whole stream, in pieces of so many bytes. */
export function demux(bytes: Uint8Array, pieceSize = 1316, demuxer = createDemuxer()): Demuxed {
  const frames: Frame[] = []
  for (let at = 0; at < bytes.length; at += pieceSize) frames.push(...demuxer.push(bytes.subarray(at, at + pieceSize)))
  frames.push(...demuxer.flush())
  return { demuxer, frames }
}

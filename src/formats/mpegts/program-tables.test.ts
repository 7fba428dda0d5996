import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioTrack } from '../../../test/support/sample-frames.ts'
import type { Track } from '../../media/track.ts'
import { crc32 } from './crc32.ts'
import { opusAudioDescriptor, registrationDescriptor } from './descriptors.ts'
import { MuxedTracks } from './muxed-tracks.ts'
import { encodeProgramMap, type MappedStream } from './program-map.ts'
import { ProgramTables } from './program-tables.ts'

const h264: MappedStream = { pid: 0x100, stream: { streamType: 0x1b, descriptors: [] } }
const aac: MappedStream = { pid: 0x101, stream: { streamType: 0x0f, descriptors: [] } }

/** What FFmpeg 7.1 (libavformat 61) writes for H.264 and AAC, up to the stuffing. */
const associationOfFfmpeg = '47400010 00 00b00d0001c100000001f0002ab104b2'
const mapOfFfmpeg = '47500010 00 02b0170001c10000e100f0001be100f0000fe101f0002f44b99b'

const packet = (start: string): string => start.replaceAll(' ', '').padEnd(2 * 188, 'ff')

function write(tables: ProgramTables): string[] {
  const bytes = new Uint8Array(tables.packets * 188)
  tables.write(bytes, 0)
  return (Buffer.from(bytes)
    .toString('hex')
    .match(/.{376}/g) ?? []) as string[]
}

test('program tables: of H.264 and AAC are those of FFmpeg', () => {
  const tables = new ProgramTables()
  assert.equal(tables.update([h264, aac], h264.pid), true)
  assert.deepEqual(write(tables), [associationOfFfmpeg, mapOfFfmpeg].map(packet))
})

test('program tables: count their packets, modulo 16', () => {
  const tables = new ProgramTables()
  tables.update([h264, aac], h264.pid)
  const counters = Array.from({ length: 17 }, () =>
    write(tables)
      .map(bytes => bytes[7])
      .join(''),
  )
  assert.deepEqual(counters.slice(0, 3), ['00', '11', '22'])
  assert.equal(counters[16], '00')
})

test('program tables: the version grows with what they tell, modulo 32', () => {
  const tables = new ProgramTables()
  const versions = Array.from({ length: 34 }, (_, number) => {
    assert.equal(tables.update(number % 2 === 0 ? [h264] : [h264, aac], h264.pid), true)
    assert.equal(tables.update(number % 2 === 0 ? [{ ...h264 }] : [h264, aac], h264.pid), false)
    return (Number.parseInt(write(tables)[1]?.slice(20, 22) ?? '', 16) >> 1) & 0x1f
  })
  assert.deepEqual(versions.slice(0, 3), [0, 1, 2])
  assert.deepEqual(versions.slice(31), [31, 0, 1])
})

/** Worked out by hand from ISO/IEC 13818-1 §2.4.4.9, §2.6.8 and Opus in MPEG-TS; the CRC is checked for itself. */
test('program map: descriptors of Opus', () => {
  const descriptors = [...registrationDescriptor('Opus'), ...opusAudioDescriptor(2)]
  const section = encodeProgramMap({
    pcrPid: 0x101,
    version: 1,
    streams: [{ ...aac, stream: { streamType: 6, descriptors } }],
  })
  const expected = '02b01c 0001c30000 e101f000 06e101f00a 05044f707573 7f028002'.replaceAll(' ', '')
  assert.equal(Buffer.from(section.subarray(0, -4)).toString('hex'), expected)
  assert.equal(crc32(section), 0)
})

/** Worked out by hand from SCTE 35 §8.1 and Timed Metadata for HTTP Live Streaming, §2.3. */
test('program map: tells of the program what cues and metadata need, once each', () => {
  const dataTrack = (id: number, codec: 'scte35' | 'id3'): Track => ({ ...audioTrack, id, kind: 'data', codec })
  const tracks = [dataTrack(0, 'scte35'), dataTrack(1, 'id3'), dataTrack(2, 'scte35')]
  const streams = new MuxedTracks().select(tracks)
  const section = encodeProgramMap({ pcrPid: 0x1fff, version: 0, streams })
  const program = '0504 43554549 250f ffff49443320ff49443320 00 1f 0001'
  const entries = '86 e100 f000 15 e101 f00f 260dffff49443320ff49443320000f 86 e102 f000'
  const expected = `02b042 0001c10000 ffff f017 ${program} ${entries}`.replaceAll(' ', '')
  assert.equal(Buffer.from(section.subarray(0, -4)).toString('hex'), expected)
})

test('program map: of many tracks takes several packets', () => {
  const streams = Array.from({ length: 60 }, (_, number): MappedStream => {
    return { pid: 0x100 + number, stream: { streamType: 0x81, descriptors: registrationDescriptor('AC-3') } }
  })
  const tables = new ProgramTables()
  tables.update(streams, 0x100)
  const [, first = '', ...others] = write(tables)
  assert.equal(first.slice(0, 8), '47500010')
  assert.deepEqual(
    others.map(bytes => bytes.slice(0, 8)),
    ['47100011', '47100012', '47100013'],
  )
})

import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hex } from '../../test/support/protocol-faults.ts'
import { formatDateRange } from '../formats/m3u8/date-range.ts'
import { moveCue } from '../formats/mpegts/splice-info.ts'
import type { Track } from '../media/track.ts'
import { SpliceRanges } from './splice-ranges.ts'

/** 2026-11-21T00:00:00Z is at 10 s of the stream. */
const wall = 1_795_219_200_000
const origin = 10_000 - wall
/** SCTE 35 §14.1 and §14.3, start and end of one opportunity, and §14.2, a splice_insert of 60.294 s. */
const start = hex(
  'fc3034000000000000fffff00506fe72bd0050001e021c435545494800008e7fcf0001a599b00808000000002ca0a18a3402009ac9d17e',
)
const end = hex('fc302f000000000000fffff00506fe746290a000190217435545494800008e7f9f0808000000002ca0a18a350200a9cc6758')
const insert = hex(
  'fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000013562dba30a',
)

const track: Track = {
  ...{ id: 2, kind: 'data', index: 0, codec: 'scte35', codecLabel: 'SCTE-35', generation: 0 },
  ...{ timescale: 90_000, config: undefined },
}

/** A cue that comes at 10 s, for a splice so many seconds later. */
function note(ranges: SpliceRanges, section: Uint8Array, told: number, seconds: number): void {
  const payload = moveCue(section, 90_000 * (10 + seconds) - told)
  ranges.note({ track, dts: 900_000, pts: 900_000, isKey: true, payload }, origin)
}

const noteStart = (ranges: SpliceRanges, at: number): void => note(ranges, start, 0x072bd0050, at)
const noteEnd = (ranges: SpliceRanges, at: number): void => note(ranges, end, 0x0746290a0, at)
const noteInsert = (ranges: SpliceRanges, at: number): void => note(ranges, insert, 0x07369c02e, at)

/** Without the sections. */
function listed(ranges: SpliceRanges): readonly string[] {
  return ranges.list.map(range => formatDateRange(range).replaceAll(/0xFC[0-9A-F]+/g, 'FC'))
}

test('splice ranges: a way out, and the way back in, are one', () => {
  const ranges = new SpliceRanges()
  noteStart(ranges, 4)
  const out =
    '#EXT-X-DATERANGE:ID="segmentation-1207959694-52-1795219204000",START-DATE="2026-11-21T00:00:04.000Z",PLANNED-DURATION=307.00000,SCTE35-OUT=FC'
  assert.deepEqual(listed(ranges), [out])
  noteStart(ranges, 4)
  assert.deepEqual(listed(ranges), [out])
  noteEnd(ranges, 34)
  assert.deepEqual(listed(ranges), [
    out.replace('PLANNED', 'DURATION=30.00000,PLANNED').replace('OUT=FC', 'OUT=FC,SCTE35-IN=FC'),
  ])
})

test('splice ranges: the sections are whole, and their moments count from the epoch', () => {
  const ranges = new SpliceRanges()
  noteInsert(ranges, 2)
  const [, section = ''] = /SCTE35-OUT=0x([0-9A-F]+)/.exec(formatDateRange(ranges.list[0] ?? assert.fail())) ?? []
  const moment = Math.round((wall + 2000) * 90)
  assert.deepEqual(hex(section), moveCue(insert, moment - 0x07369c02e))
})

test('splice ranges: a way back of which nobody knew the way out, and other cues, are told by themselves', () => {
  const ranges = new SpliceRanges()
  noteEnd(ranges, 1)
  const heartbeat = hex('fc3011000000000000fffff00000 0000 761dd3b6')
  ranges.note({ track, dts: 900_000, pts: 900_000, isKey: true, payload: heartbeat }, origin)
  assert.deepEqual(listed(ranges), [
    '#EXT-X-DATERANGE:ID="segmentation-1207959694-52-1795219201000",START-DATE="2026-11-21T00:00:01.000Z",SCTE35-IN=FC',
    '#EXT-X-DATERANGE:ID="cue-1795219200000",START-DATE="2026-11-21T00:00:00.000Z",SCTE35-CMD=FC',
  ])
})

test('splice ranges: what is over is forgotten, and an event may come again', () => {
  const ranges = new SpliceRanges()
  noteInsert(ranges, 0)
  ranges.forgetBefore(wall + 60_000)
  assert.equal(ranges.list.length, 1)
  ranges.forgetBefore(wall + 61_000)
  assert.deepEqual(ranges.list, [])
  noteInsert(ranges, 100)
  assert.deepEqual(
    ranges.list.map(({ id }) => id),
    ['splice-1207959695-1795219300000'],
  )
})

test('splice ranges: there are a hundred at most, and what is malformed is none', () => {
  const ranges = new SpliceRanges()
  for (let second = 0; second < 200; second++) noteEnd(ranges, second)
  assert.equal(ranges.list.length, 100)
  const before = ranges.list
  ranges.note({ track, dts: 0, pts: 0, isKey: true, payload: start.subarray(0, 20) }, origin)
  assert.equal(ranges.list, before)
})

test('splice ranges: a way out that was forgotten among others does not hide its way back', () => {
  const ranges = new SpliceRanges(2)
  noteStart(ranges, 1)
  noteInsert(ranges, 2)
  const heartbeat = hex('fc3011000000000000fffff00000 0000 761dd3b6')
  ranges.note({ track, dts: 900_000, pts: 900_000, isKey: true, payload: heartbeat }, origin)
  noteEnd(ranges, 3)
  assert.equal(
    listed(ranges).at(-1),
    '#EXT-X-DATERANGE:ID="segmentation-1207959694-52-1795219203000",START-DATE="2026-11-21T00:00:03.000Z",SCTE35-IN=FC',
  )
})

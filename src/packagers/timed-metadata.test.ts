import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseMp4 } from '../../test/support/mp4-file.ts'
import { hex } from '../../test/support/protocol-faults.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import { moveCue } from '../formats/mpegts/splice-info.ts'
import type { Frame } from '../media/frame.ts'
import type { DataCodec, Track } from '../media/track.ts'
import { LaneEvents } from './lane-events.ts'
import { Segmenter } from './segmenter.ts'
import { cmafForm, type StreamForm, tsForm } from './stream-form.ts'

const settings = {
  segmentDuration: 2000,
  partDuration: 200,
  segmentWindow: 20_000,
  segmentMemory: 256e6,
  longestLag: 6000,
}
/** 2026-11-21T00:00:00Z. */
const wall = 1_795_219_200_000
/** The stream's clock when it begins. */
const start = 5000
/** The splice_insert of SCTE 35 §14.2, out at 0x07369c02e for 60.29 s. */
const cue = hex('fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000013562dba30a')
const cueTime = 0x07369c02e

function dataTrack(codec: DataCodec): Track {
  const facts = { id: 2, kind: 'data', index: 0, codecLabel: codec, generation: 0 } as const
  return { ...facts, codec, timescale: 90_000, config: undefined }
}

function dataFrame(codec: DataCodec, ticks: number, payload: Uint8Array): Frame {
  return { track: dataTrack(codec), dts: ticks, pts: ticks, isKey: true, payload }
}

/** Four seconds with data among picture and sound; the clock on the wall runs half a second late from the middle on. */
function play(data: readonly Frame[], form: StreamForm = cmafForm, changed: Partial<typeof settings> = {}): Segmenter {
  const segmenter = new Segmenter(form, { ...settings, ...changed })
  const tracks = [videoTrack, audioTrack, ...new Set(data.map(({ track }) => track))]
  const waiting = [...data]
  let sequence = 0
  for (let time = start; time < start + 4040; time += 40) {
    const at = wall + time - start + (time < start + 2000 ? 0 : 500)
    const isKey = (time - start) % 1000 === 0
    const push = (frame: Frame, isJoinPoint: boolean): void =>
      segmenter.push({ frame, time, isJoinPoint, tracks, sequence: sequence++ }, at)
    push(videoFrame(time, isKey), isKey)
    push(audioFrame(time), false)
    while (waiting[0] !== undefined && waiting[0].pts / 90 <= time) push(waiting.shift() ?? assert.fail(), false)
  }
  return segmenter
}

type EmsgBox = {
  readonly scheme_id_uri: string
  readonly timescale: number
  readonly presentation_time: number
  readonly event_duration: number
  readonly id: number
  readonly message_data: Uint8Array
}
type PrftBox = { readonly ref_track_id: number; readonly ntp_timestamp: number; readonly media_time: number }

/** The boxes of the file itself in a rendition, as mp4box.js reads them. */
function boxesOf(segmenter: Segmenter, name: string, type: string): readonly unknown[] {
  const segments = segmenter.find(name)?.kept ?? []
  const bytes = segments.flatMap(({ parts }) => parts.map(part => part.bytes))
  const init = segmenter.find(name)?.initOf(segments[0]?.period.number ?? 0) ?? new Uint8Array()
  return parseMp4(Buffer.concat([init, ...bytes])).file.boxes.filter(box => box.type === type)
}

function messagesOf(segmenter: Segmenter, name = 'video'): readonly EmsgBox[] {
  return boxesOf(segmenter, name, 'emsg') as EmsgBox[]
}

test('timed metadata: ID3 stands among the pictures, at its time, in the part that is being made', () => {
  const tag = Buffer.from('ID3\x04\0\0\0\0\0\0')
  const segmenter = play([dataFrame('id3', (start + 20) * 90, tag), dataFrame('id3', (start + 3100) * 90, tag)])
  const messages = messagesOf(segmenter)
  assert.deepEqual(
    messages.map(box => [box.scheme_id_uri, box.presentation_time / 90 - wall]),
    [
      ['https://aomedia.org/emsg/ID3', 20],
      ['https://aomedia.org/emsg/ID3', 3100],
    ],
  )
  assert.equal(messages[0]?.timescale, 90_000)
  assert.equal(messages[0]?.event_duration, 0xffffffff)
  assert.equal(Buffer.from(messages[0]?.message_data ?? []).toString('latin1'), tag.toString('latin1'))
  assert.equal(new Set(messages.map(({ id }) => id)).size, 2)
  assert.deepEqual(messagesOf(segmenter, 'audio'), [])
  assert.deepEqual(segmenter.find('video')?.eventSchemes, ['https://aomedia.org/emsg/ID3'])
  const places = segmenter.find('video')?.segments[1]?.parts.map(({ bytes }) => Buffer.from(bytes).indexOf('emsg'))
  assert.deepEqual(
    places?.findIndex(at => at >= 0),
    5,
  )
})

test('timed metadata: a cue is told at the moment of its splice, by the clock of the media', () => {
  const ahead = 4 * 90_000
  const segmenter = play([dataFrame('scte35', start * 90, moved(start * 90 + ahead))])
  const [box] = messagesOf(segmenter)
  assert.equal(box?.scheme_id_uri, 'urn:scte:scte35:2013:bin')
  assert.equal(box.presentation_time - wall * 90, ahead)
  assert.equal(box.event_duration, 0x52ccf5)
  const section = Buffer.from(box.message_data)
  const adjustment = ((section[4] ?? 0) & 1) * 2 ** 32 + section.readUInt32BE(5)
  assert.equal((cueTime + adjustment) % 2 ** 33, box.presentation_time % 2 ** 33)
})

test('timed metadata: what is malformed, and what has no name, is left out', () => {
  const segmenter = play([
    dataFrame('scte35', start * 90, cue.slice(0, 12)),
    dataFrame('amf0', start * 90, Uint8Array.of(2, 0, 0)),
  ])
  assert.deepEqual(messagesOf(segmenter), [])
  assert.deepEqual(segmenter.find('video')?.eventSchemes, [])
})

test('timed metadata: transport streams carry it as it came', () => {
  const tag = Buffer.from('ID3\x04\0\0\0\0\0\0')
  const segmenter = play([dataFrame('id3', (start + 500) * 90, tag)], tsForm)
  const [segment] = segmenter.find('ts')?.segments ?? []
  assert.ok(Buffer.from(segment?.bytes ?? []).includes(tag))
})

test('timed metadata: data do not hide that frames before them were dropped', () => {
  const segmenter = new Segmenter(cmafForm, settings)
  const tracks = [videoTrack, audioTrack, dataTrack('id3')]
  const frames = [
    [0, videoFrame(0, true)],
    [1, audioFrame(0)],
    [5, dataFrame('id3', 3600, Uint8Array.of(1))],
    [6, videoFrame(80, true)],
    [7, audioFrame(80)],
  ] as const
  for (const [sequence, frame] of frames) {
    const time = frame.dts / (frame.track.timescale / 1000)
    segmenter.push({ frame, time, isJoinPoint: frame.isKey && sequence !== 5, tracks, sequence }, wall + time)
  }
  segmenter.end(wall + 120)
  assert.deepEqual(
    segmenter.find('video')?.segments.map(({ isDiscontinuity }) => isDiscontinuity),
    [false, true],
  )
})

for (const [form, begins] of [
  [cmafForm, 'once media have come'],
  [tsForm, 'once media have come'],
  [cmafForm, 'behind a lone frame'],
] as const) {
  test(`timed metadata: data without media, ${form.name} ${begins}, are dropped when they are too much`, () => {
    const segmenter = new Segmenter(form, settings)
    const track = dataTrack('id3')
    const tracks = [videoTrack, audioTrack, track]
    let sequence = 0
    const push = (frame: Frame, isJoinPoint = false): void =>
      segmenter.push({ frame, time: 0, isJoinPoint, tracks, sequence: sequence++ }, wall)
    push(videoFrame(0, true), true)
    if (begins === 'once media have come') push(audioFrame(0))
    const tag = new Uint8Array(1000)
    for (let i = 0; i < 5000; i++) push({ ...dataFrame('id3', 0, tag), track })
    assert.ok(segmenter.dataDropped > 4000, `${segmenter.dataDropped}`)
    const dropped = segmenter.dataDropped
    push(audioFrame(1))
    push({ ...dataFrame('id3', 0, tag), track })
    segmenter.end(wall)
    assert.equal(segmenter.dataDropped, dropped)
    const size = segmenter.renditions.flatMap(({ kept }) => kept).reduce((sum, segment) => sum + segment.size, 0)
    assert.ok(size > 500_000 && size < 2 * 1024 * 1024, `${size}`)
  })
}

test('timed metadata: of what waits for a track that stays away, the newest is told', () => {
  const events = new LaneEvents({ origin: 0, timescale: 90_000 }, 0)
  for (let i = 0; i < 5000; i++) events.add(dataFrame('id3', i, new Uint8Array(1000).fill(i % 256)))
  const waiting = events.take()
  const size = waiting.reduce((sum, { length }) => sum + length, 0)
  assert.ok(size > 1_000_000 && size <= 1024 * 1024, `${size}`)
  assert.equal(waiting.at(-1)?.at(-1), 4999 % 256)
  assert.deepEqual(events.take(), [])
})

test('producer reference time: each part tells when its first frame came', () => {
  const boxes = boxesOf(play([]), 'video', 'prft') as PrftBox[]
  assert.equal(boxes.length, 20)
  const late = boxes.map(({ ref_track_id, ntp_timestamp, media_time }) => {
    const came = (ntp_timestamp / 2 ** 32 - 2_208_988_800) * 1000
    return `${ref_track_id} ${Math.round(came - media_time / 90)}`
  })
  assert.deepEqual(new Set(late), new Set(['1 0', '1 500']))
  assert.deepEqual(late.slice(9, 11), ['1 0', '1 500'])
})

test('producer reference time: segments in one piece do not need it', () => {
  assert.deepEqual(boxesOf(play([], cmafForm, { partDuration: 0 }), 'video', 'prft'), [])
})

/** The cue, for a splice at another time. */
function moved(to: number): Uint8Array {
  return moveCue(cue, to - cueTime)
}

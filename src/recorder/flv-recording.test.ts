import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import type { PlacedFrame } from '../contracts/wire-format.ts'
import { type AmfObject, type AmfValue, EcmaArray, namedValues } from '../formats/amf/amf-value.ts'
import { decodeAmf0 } from '../formats/amf/decode-amf0.ts'
import { encodeAmf0 } from '../formats/amf/encode-amf0.ts'
import { FlvFileReader, type FlvTag } from '../formats/flv/flv-file-reader.ts'
import { tagTime } from '../formats/flv/frame-to-tag.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import type { FileEdit } from './file-format.ts'
import { flvFormat } from './flv-recording.ts'
import { Timeline } from './timeline.ts'

/** FLV header with the flags, PreviousTagSize0, and the start of a script tag. FLV 10.1 §E.2, §E.4.1. */
const videoAndAudio = '464c5601' + '05' + '00000009' + '00000000' + '12'
const audioOnly = '464c5601' + '04' + '00000009' + '00000000' + '12'
const videoOnly = '464c5601' + '01' + '00000009' + '00000000' + '12'

function place(
  frame: Frame,
  tracks: readonly Track[],
  isJoinPoint = frame.track.kind === 'video' && frame.isKey,
): PlacedFrame {
  return { frame, time: tagTime(frame), isJoinPoint, tracks }
}

function head(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 14)).toString('hex')
}

function readTags(...pieces: readonly Uint8Array[]): FlvTag[] {
  const reader = new FlvFileReader()
  const tags = pieces.flatMap(piece => reader.push(piece))
  assert.equal(reader.pendingBytes, 0)
  return tags
}

function metadata(bytes: Uint8Array): AmfObject {
  const body = readTags(bytes)[0]?.body ?? new Uint8Array()
  const name = decodeAmf0(body)
  assert.equal(name.value, 'onMetaData')
  return namedValues(decodeAmf0(body, name.next).value) ?? {}
}

function describe({ type, timestamp, body }: FlvTag): string {
  return `${type} ${timestamp} ${Buffer.from(body).toString('hex')}`
}

const both = [videoTrack, audioTrack]

/** An FLV file in memory. */
class FlvRecording {
  readonly #timeline: Timeline
  readonly #muxer: ReturnType<typeof flvFormat.open>

  constructor(origin: number) {
    this.#timeline = new Timeline(origin)
    this.#muxer = flvFormat.open({ tracks: [], timeline: this.#timeline })
  }

  write(frames: readonly PlacedFrame[]): FileEdit {
    for (const placed of frames) this.#timeline.note(placed)
    return this.#muxer.write(frames)
  }

  /** The bytes that the file grows by. */
  encode(frames: readonly PlacedFrame[]): Uint8Array {
    return this.write(frames).append
  }

  encodeFinalHead(): Uint8Array {
    const { append, patches } = this.#muxer.finish()
    assert.equal(append.length, 0)
    return onlyHead(patches)
  }
}

function onlyHead(patches: FileEdit['patches']): Uint8Array {
  assert.deepEqual(
    patches.map(({ at }) => at),
    [0],
  )
  return patches[0]?.bytes ?? new Uint8Array()
}

test('flv recording: head, sequence headers and frames, from time 0 on', () => {
  const recording = new FlvRecording(5000)
  const bytes = recording.encode([
    place(videoFrame(5000, true, 2, 0xaa), [videoTrack]),
    place(audioFrame(5010, 1, 0xbb), both),
    place({ ...videoFrame(5040, false, 1, 0xcc), pts: 5120 }, both),
  ])
  assert.equal(head(bytes), videoAndAudio)
  assert.deepEqual(readTags(bytes).slice(1).map(describe), [
    '9 0 17000000000164001fffe100000100' + '00',
    '9 0 1701000000aaaa',
    '8 10 af001210',
    '8 10 af01bb',
    '9 40 2701000050cc',
  ])
})

test('flv recording: the growing file has a duration of 0 and says what the tracks are', () => {
  const recording = new FlvRecording(0)
  const bytes = recording.encode([place(videoFrame(0, true), both), place(audioFrame(0), both)])
  const values = metadata(bytes)
  assert.equal(values['duration'], 0)
  assert.equal(values['keyframes'], undefined)
  assert.deepEqual([values['width'], values['height'], values['framerate']], [1280, 720, 25])
  assert.deepEqual([values['videocodecid'], values['audiocodecid']], [7, 10])
  assert.deepEqual([values['audiosamplerate'], values['stereo']], [44_100, true])
})

test('flv recording: a codec that FLV 10.1 lacks is told by its FourCC', () => {
  const [video, audio]: Track[] = [
    { ...videoTrack, codec: 'h265', config: undefined },
    { ...audioTrack, codec: 'opus', config: undefined },
  ]
  const bytes = new FlvRecording(0).encode([place(videoFrame(0, true, 1, 0, video), [video, audio] as Track[])])
  const values = metadata(bytes)
  // "hvc1" and "Opus" as numbers.
  assert.deepEqual([values['videocodecid'], values['audiocodecid']], [0x68766331, 0x4f707573])
})

test('flv recording: the final head tells duration, size and where the key frames are', () => {
  const recording = new FlvRecording(0)
  const pieces = [0, 1, 2].map(second =>
    recording.encode([
      place(videoFrame(second * 1000, true, 100), [videoTrack]),
      place(videoFrame(second * 1000 + 500, false, 50), [videoTrack]),
    ]),
  )
  const file = Buffer.concat(pieces)
  const final = recording.encodeFinalHead()
  final.forEach((byte, at) => {
    file[at] = byte
  })

  const values = metadata(file)
  assert.equal(values['duration'], 3)
  assert.equal(values['filesize'], file.length)
  const { times, filepositions } = (namedValues(values['keyframes']) ?? {}) as { [key: string]: AmfValue[] }
  assert.deepEqual(times, [0, 0, 1, 2])
  const at = (filepositions ?? []).map(position =>
    file.subarray(Number(position), Number(position) + 13).toString('hex'),
  )
  assert.equal(at[0]?.slice(0, 2), '09')
  assert.equal(at[0]?.slice(22), '1700') // sequence header
  assert.deepEqual(
    at.slice(1).map(tag => tag.slice(22)),
    ['1701', '1701', '1701'],
  )
  assert.equal(readTags(file).length, 8)
})

test('flv recording: the head keeps its size', () => {
  const recording = new FlvRecording(0)
  recording.encode([place(videoFrame(0, true), [videoTrack])])
  const growing = onlyHead(recording.write([place(audioFrame(0), both)]).patches).length
  for (let time = 0; time < 10_000; time++) recording.encode([place(videoFrame(time, true), both)])
  assert.equal(recording.encodeFinalHead().length, growing)
})

test('flv recording: sound alone', () => {
  const recording = new FlvRecording(0)
  const bytes = recording.encode([place(audioFrame(0), [audioTrack], true), place(audioFrame(23), [audioTrack])])
  assert.equal(head(bytes), audioOnly)
  assert.deepEqual(
    readTags(bytes).map(tag => tag.type),
    [18, 8, 8, 8],
  )
})

test('flv recording: a track that comes late is told in a new head', () => {
  const recording = new FlvRecording(0)
  const first = recording.write([place(videoFrame(0, true), [videoTrack])])
  assert.equal(head(first.append), videoOnly)
  assert.deepEqual(first.patches, [])
  const second = recording.write([place(audioFrame(40), both)])
  assert.equal(head(onlyHead(second.patches)), videoAndAudio)
  assert.deepEqual(recording.write([place(audioFrame(63), both)]).patches, [])
  assert.equal(head(recording.encodeFinalHead()), videoAndAudio)
})

test('flv recording: carries all that RTMP does', () => {
  const carried = (change: Partial<Track>): boolean => flvFormat.carries({ ...videoTrack, ...change })
  for (const codec of ['h264', 'mp3', 'av1', 'opus', 'flv-video', 'amf0'] as const) assert.ok(carried({ codec }), codec)
  assert.ok(carried({ index: 1 }))
})

test('flv recording: a changed configuration is a new sequence header, where a seek finds it', () => {
  const recording = new FlvRecording(0)
  const changed: Track = {
    ...videoTrack,
    generation: 1,
    config: Uint8Array.of(1, 2, 3),
    video: { width: 640, height: 360 },
  }
  const first = recording.encode([place(videoFrame(0, true), [videoTrack])])
  const second = recording.encode([place(videoFrame(1000, true, 1, 0xdd, changed), [changed])])
  assert.deepEqual(readTags(first, second).slice(-2).map(describe), ['9 1000 1700000000010203', '9 1000 1701000000dd'])
  const values = metadata(recording.encodeFinalHead())
  assert.equal(values['width'], 640)
  const { filepositions } = (namedValues(values['keyframes']) ?? {}) as { [key: string]: AmfValue[] }
  assert.equal(filepositions?.at(-1), first.length)
})

test("flv recording: the publisher's metadata are kept, except those of another file", () => {
  const values = new EcmaArray({
    encoder: 'obs-output module',
    videodatarate: 2500,
    duration: 77,
    width: 1,
    keyframes: [],
  })
  const config = encodeAmf0('onMetaData', values)
  const data: Track = {
    id: 2,
    kind: 'data',
    index: 0,
    codec: 'amf0',
    codecLabel: 'AMF0',
    generation: 0,
    timescale: 1000,
    config,
  }
  const recording = new FlvRecording(0)
  const bytes = recording.encode([
    place(videoFrame(0, true), [videoTrack, data]),
    place({ track: data, dts: 10, pts: 10, isKey: true, payload: config }, [videoTrack, data]),
    place({ track: data, dts: 20, pts: 20, isKey: true, payload: encodeAmf0('onCuePoint', 7) }, [videoTrack, data]),
  ])
  const written = metadata(bytes)
  assert.deepEqual(
    [written['encoder'], written['videodatarate'], written['duration'], written['width'], written['keyframes']],
    ['obs-output module', 2500, 0, 1280, undefined],
  )
  assert.deepEqual(
    readTags(bytes).map(tag => tag.type),
    [18, 9, 9, 18],
  )
})

test('flv recording: metadata that are too long or cannot be read do no harm', () => {
  const config = encodeAmf0('onMetaData', { encoder: 'x'.repeat(60_000) })
  for (const body of [config, config.subarray(0, 100), Uint8Array.of(0xff)]) {
    const data: Track = {
      id: 2,
      kind: 'data',
      codec: 'amf0',
      index: 0,
      codecLabel: 'AMF0',
      generation: 0,
      timescale: 1000,
      config: body,
    }
    const bytes = new FlvRecording(0).encode([place(videoFrame(0, true), [videoTrack, data])])
    assert.equal(metadata(bytes)['width'], 1280)
  }
})

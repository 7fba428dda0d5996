import assert from 'node:assert/strict'
import { test } from 'vitest'
import { matroskaElements } from '../../../test/support/matroska-elements.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { matroskaCarries } from './codec-mapping.ts'
import { type MatroskaEdit, MatroskaMuxer } from './matroska-muxer.ts'

const mp3Track: Track = {
  id: 0,
  kind: 'audio',
  index: 0,
  codec: 'mp3',
  codecLabel: 'MP3',
  generation: 0,
  timescale: 1000,
  config: undefined,
  audio: { sampleRate: 44_100, channels: 2 },
}

/** Pre-skip 312 (0x138), 48 kHz, stereo. RFC 7845 §5.1. */
const opusHead = Buffer.from(`${Buffer.from('OpusHead').toString('hex')}0102380180bb0000000000`, 'hex')

/** Worked out by hand from RFC 8794 §11.2 and RFC 9559 §5.1. Spaces stand between elements. */
const headOfMp3 = `
  1a45dfa3 a3 4286 81 01 42f7 81 01 42f2 81 04 42f3 81 08 4282 88 6d6174726f736b61 4287 81 04 4285 81 02
  18538067 01ffffffffffffff
  114d9b74 aa 4dbb 92 53ab 84 1549a966 53ac 88 0000000000000044
              4dbb 92 53ab 84 1654ae6b 53ac 88 000000000000006d
  ec 93 00000000000000000000000000000000000000
  1549a966 a4 2ad7b1 83 0f4240 4d80 86 536c75696365 5741 86 536c75696365 ec 89 000000000000000000
  1654ae6b b0 ae ae d7 81 01 73c5 81 01 83 81 02 9c 81 00 22b59c 83 756e64 86 89 415f4d5045472f4c33
              e1 8d b5 88 40e5888000000000 9f 81 02
`
const hex = (text: string): string => text.replace(/\s/g, '')
const hexOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')

function join(muxer: MatroskaMuxer, edits: readonly MatroskaEdit[], withPatches = true): Buffer {
  const file = Buffer.concat([muxer.head, ...edits.flatMap(({ append }) => append)])
  if (withPatches) for (const { at, bytes } of edits.flatMap(({ patches }) => patches)) file.set(bytes, at)
  return file
}

/** The ids of the level-1 elements, blocks as `track:time` from the start of the file. */
function outline(file: Uint8Array): readonly string[] {
  let cluster = 0
  return matroskaElements(file).map(({ id, data }) => {
    if (id === 'e7') cluster = Number(`0x${data.toString('hex')}`)
    if (id !== 'a3') return id
    return `${(data[0] ?? 0) & 0x7f}:${cluster + data.readInt16BE(1)}${(data[3] ?? 0) === 0x80 ? 'K' : ''}`
  })
}

test('matroska: the head of an MP3 file', () => {
  assert.equal(hexOf(new MatroskaMuxer([mp3Track]).head), hex(headOfMp3))
})

test('matroska: a frame begins a Cluster of unknown size, the next one joins it', () => {
  const muxer = new MatroskaMuxer([mp3Track])
  const first = muxer.write(audioFrame(300, 2, 0xaa, mp3Track), 300)
  assert.equal(hexOf(Buffer.concat(first.append)), hex('1f43b675 01ffffffffffffff e7 82 012c a3 86 81 0000 80 aaaa'))
  const second = muxer.write(audioFrame(326, 1, 0xbb, mp3Track), 326)
  assert.equal(hexOf(Buffer.concat(second.append)), hex('a3 85 81 001a 80 bb'))
  assert.deepEqual([first.patches, second.patches, second.cue], [[], [], undefined])
})

test('matroska: the end tells Cues, SeekHead, duration and sizes', () => {
  const muxer = new MatroskaMuxer([mp3Track])
  const edit = muxer.write(audioFrame(0, 2, 0xaa, mp3Track), 0)
  assert.ok(edit.cue !== undefined)
  const file = join(muxer, [edit, muxer.finish(26, [edit.cue])])
  // SeekHead and Void 68, Info 41, Tracks 53, Cluster 23, Cues 18 bytes: 203.
  const expected = headOfMp3
    .replace('01ffffffffffffff', '01000000000000cb')
    .replace('114d9b74 aa', '114d9b74 bf')
    .replace(/ec 93 0+/, '4dbb 92 53ab 84 1c53bb6b 53ac 88 00000000000000b9')
    .replace(/ec 89 0+/, '4489 88 403a000000000000')
  const cluster = '1f43b675 010000000000000b e7 81 00 a3 86 81 0000 80 aaaa'
  const cues = '1c53bb6b 8d bb 8b b3 81 00 b7 86 f7 81 01 f1 81 a2'
  assert.equal(hexOf(file), hex(expected + cluster + cues))
})

test('matroska: Clusters begin at key frames, and after 5 s', () => {
  const muxer = new MatroskaMuxer([videoTrack, audioTrack])
  const frames: readonly Frame[] = [
    videoFrame(0, true),
    audioFrame(10),
    videoFrame(400, true), // too close to the one before
    videoFrame(800, true),
    videoFrame(5799, false),
    audioFrame(5800),
    videoFrame(5840, false),
  ]
  const edits = frames.map(frame => muxer.write(frame, Number(frame.dts)))
  const starts = ['1f43b675', 'e7']
  assert.deepEqual(outline(join(muxer, edits)).slice(6), [
    ...[...starts, '1:0K', '2:10K', '1:400K'],
    ...[...starts, '1:800K', '1:5799'],
    ...[...starts, '2:5800K', '1:5840'],
  ])
  assert.deepEqual(
    edits.map(({ cue }) => cue?.time),
    [0, undefined, undefined, 800, undefined, undefined, undefined],
  )
})

test('matroska: a Cluster that has ended says its size', () => {
  const muxer = new MatroskaMuxer([mp3Track])
  muxer.write(audioFrame(0, 2, 0xaa, mp3Track), 0)
  const { patches } = muxer.write(audioFrame(5000, 2, 0xaa, mp3Track), 5000)
  assert.deepEqual(
    patches.map(({ at, bytes }) => [at - muxer.head.length, hexOf(bytes)]),
    [[4, '010000000000000b']],
  )
})

test('matroska: pictures have their presentation time, Opus its delay added', () => {
  const opus: Track = { ...audioTrack, codec: 'opus', config: opusHead }
  const muxer = new MatroskaMuxer([videoTrack, opus])
  const edits = [
    muxer.write({ ...videoFrame(0, true), pts: 80 }, 0),
    muxer.write(audioFrame(0, 4, 1, opus), 0),
    muxer.write({ ...videoFrame(40, false), pts: 40 }, 40),
  ]
  assert.deepEqual(outline(join(muxer, edits)).slice(-3), ['1:80K', '2:7K', '1:40'])
  // CodecDelay 6 500 000 ns, SeekPreRoll 80 000 000 ns.
  assert.match(hexOf(muxer.head), /56aa83632ea056bb8404c4b400/)
})

test('matroska: AAC with SBR tells both of its rates', () => {
  // SBR in front of AAC-LC, 22 050 Hz to 44 100 Hz, stereo. ISO/IEC 14496-3 §1.6.2.1.
  const config = Buffer.from('2b920800', 'hex')
  const { head } = new MatroskaMuxer([{ ...audioTrack, config, audio: { sampleRate: 44_100, channels: 2 } }])
  assert.match(hexOf(head), /e198b58840d588800000000078b58840e58880000000009f8102/)
})

test('matroska: presentation times out of all bounds stay within what a block can say', () => {
  const muxer = new MatroskaMuxer([videoTrack])
  const edits = [-8_000_000, 8_000_000, 40_000, -40_000].map((offset, number) => {
    const dts = 1000 + number
    return muxer.write({ ...videoFrame(dts, true), pts: dts + offset }, dts)
  })
  assert.deepEqual(
    outline(join(muxer, edits)).filter(entry => entry.includes(':')),
    ['1:0K', '1:8001001K', '1:41002K', '1:0K'],
  )
})

test('matroska: cut off at any byte, all whole blocks before are there', () => {
  const muxer = new MatroskaMuxer([videoTrack, audioTrack])
  const edits = Array.from({ length: 24 }, (_, number) => {
    const dts = number * 100
    return muxer.write(number % 3 === 0 ? videoFrame(dts, number % 6 === 0) : audioFrame(dts), dts)
  })
  for (const file of [join(muxer, edits, false), join(muxer, edits)]) {
    const ends = matroskaElements(file).map(({ at }) => at)
    for (let size = 0; size <= file.length; size++) {
      const whole = matroskaElements(file.subarray(0, size)).length
      assert.ok(whole >= ends.filter(at => at <= size).length - 1, `cut at ${size}`)
    }
  }
})

test('matroska: carries what has a Codec ID and a configuration', () => {
  assert.ok([videoTrack, audioTrack, mp3Track].every(matroskaCarries))
  assert.ok(matroskaCarries({ ...videoTrack, codec: 'vp9', config: undefined }))
  assert.ok(matroskaCarries({ ...audioTrack, codec: 'opus', config: opusHead }))
  assert.ok(!matroskaCarries({ ...audioTrack, codec: 'opus', config: opusHead.subarray(1) }))
  assert.ok(!matroskaCarries({ ...videoTrack, codec: 'h266' }))
  assert.ok(!matroskaCarries({ ...videoTrack, config: undefined }))
  const { video: _, ...sizeless } = videoTrack
  assert.ok(!matroskaCarries(sizeless))
  assert.ok(!matroskaCarries({ ...audioTrack, codec: 'flv-audio' }))
  assert.ok(!matroskaCarries({ ...audioTrack, kind: 'data', codec: 'amf0' }))
})
